import serialize from 'canonicalize';

/** Thrown for what canonical text cannot hold: a value that another reader might read differently. */
export class NotCanonical extends Error {}

const SURROGATE_ALONE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

function refuseUnsafe(value: unknown, path: string): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') {
    if (SURROGATE_ALONE.test(value)) throw new NotCanonical(`${path} holds half of a character`);
  } else if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new NotCanonical(`${path} is not a whole number that every reader keeps exactly`);
  } else if (Array.isArray(value)) {
    value.forEach((one, index) => refuseUnsafe(one, `${path}/${index}`));
  } else if (typeof value === 'object' && Object.getPrototypeOf(Object.getPrototypeOf(value) ?? {}) === null) {
    for (const [key, one] of Object.entries(value)) {
      refuseUnsafe(key, `${path} (a name)`);
      refuseUnsafe(one, `${path}/${key}`);
    }
  } else {
    throw new NotCanonical(`${path} is a ${typeof value}, which JSON cannot hold`);
  }
}

/** RFC 8785 text of a JSON value whose numbers are all safe integers. @throws NotCanonical */
export function canonicalText(value: unknown): string {
  refuseUnsafe(value, '');
  return serialize(value)!;
}
