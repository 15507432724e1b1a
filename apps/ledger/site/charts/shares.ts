/** A share of a whole, as the percentage that an SVG attribute takes: three decimals, and no exponent. */
export const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(3)}%`;
