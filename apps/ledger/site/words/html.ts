import nunjucks from 'nunjucks';

/** Text that is safe to stand in a page as it is: made by `markup`, or escaped. */
export type Html = Readonly<{ toString(): string; length: number; html: true }>;
type SafeString = new (text: string) => { toString(): string; length: number };
const { SafeString, markSafe } = nunjucks.runtime as unknown as { SafeString: SafeString; markSafe: (text: string) => Html };

export const isHtml = (value: unknown): value is Html => value instanceof SafeString;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapedText = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign]!);
export const escaped = (text: string): Html => markSafe(escapedText(text));
export const nothing: Html = markSafe('');

type Part = string | number | Html | null | undefined | false | readonly (string | number | Html)[];
const partText = (part: Part): string => {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapedText(part);
  if (isHtml(part)) return part.toString();
  return part.map((one) => partText(one)).join('');
};
/** Markup with whatever stands in it escaped, unless it is markup already: the atoms of the pages are made of it. */
export const markup = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  markSafe(strings.reduce((text, string, index) => text + partText(parts[index - 1]) + string));
/** The words of a piece of markup, for files and labels. */
export const plain = (value: Html | string): string =>
  isHtml(value)
    ? value
        .toString()
        .replaceAll(/<[^>]+>/g, '')
        .replaceAll(/&(amp|lt|gt|quot|#39);/g, (sign) => Object.entries(ENTITIES).find(([, entity]) => entity === sign)![0])
    : value;
