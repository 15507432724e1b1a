import { pounds } from '@ledger/kernel';
import type { ReadEntry } from './reading.js';
import type { PublishedFact, Rules } from './rules.js';

const LEFT_OUT = new Set(['schema', 'tenantId', 'effectiveAt', 'evidence', 'reason', 'currency', 'decisionRef', 'ruleSetRef', 'postings']);
const HASH = /^[0-9a-f]{64}$/;
const TEXT_MAX = 160;

const named = (field: string): string =>
  field
    .replace(/(Id|Ref|Pence)$/, '')
    .replace(/[A-Z]/g, (one) => ` ${one.toLowerCase()}`)
    .trim();
const short = (text: string): string =>
  HASH.test(text) ? `${text.slice(0, 8)}…` : text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
function detail(field: string, value: unknown, currency: string): readonly string[] {
  if (LEFT_OUT.has(field)) return [];
  if (field.endsWith('Pence') && typeof value === 'number') {
    const name = field === 'amountPence' ? '' : `${named(field)} `;
    return [`${name}${currency === 'GBP' ? pounds(value) : `${pounds(value).replace('£', '')} ${currency}`}`];
  }
  if (typeof value === 'string' || typeof value === 'number') return [`${named(field)} ${short(String(value))}`];
  return Array.isArray(value) ? [`${value.length} ${named(field)}`] : [];
}

/**
 * What an entry says, in words that need no table of this program's own: the published sentence of its fact, its fields, the official
 * reason, and who did it where that is shown. So a fact that is added later is told as well as the first.
 */
export function wordsOf({ data, document, shown }: ReadEntry, rules: Rules): string {
  const fact: PublishedFact | undefined = rules.factOf(document.type);
  const details = Object.entries(data).flatMap(([field, value]) => detail(field, value, (data['currency'] ?? 'GBP') as string));
  const decision = data['decisionRef'] as string | undefined;
  const reason = (data['reason'] as { text?: string } | undefined)?.text;
  const by = shown.meta?.part as { actorRole?: string; onBehalfOf?: string; actorRef?: string } | undefined;
  return [
    fact?.says ?? document.type,
    details.length === 0 ? '' : `(${details.join('; ')})`,
    decision === undefined ? '' : `Under decision ${decision}.`,
    by === undefined
      ? ''
      : `Done by ${String(by.onBehalfOf)}${by.actorRef === by.onBehalfOf ? '' : ` through ${String(by.actorRef)}`}, as ${String(by.actorRole)}.`,
    reason === undefined ? '' : `Reason: ${short(reason)}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
