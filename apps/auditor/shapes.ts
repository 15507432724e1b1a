import { ENVELOPE_FIELDS } from '@ledger/log';
import { Compile } from 'typebox/compile';
import { Wrong } from './bundle.js';
import type { ReadEntry } from './reading.js';
import type { PublishedFact, Rules } from './rules.js';

const compiled = new WeakMap<PublishedFact, ReturnType<typeof Compile>>();
function shapeOf(fact: PublishedFact): ReturnType<typeof Compile> {
  let shape = compiled.get(fact);
  if (shape === undefined) compiled.set(fact, (shape = Compile(fact.fields)));
  return shape;
}

/**
 * What is shown has the shape that the published catalogue declares: every field, of its kind and within its limits, and nothing else.
 * Where a part is not shown, or is encrypted, there is nothing to hold against the declaration. @throws Wrong
 */
export function refuseOtherShape({ data, document: { parts, type }, entry, shown }: ReadEntry, rules: Rules): 'checked' | 'not shown' {
  const fact = rules.factOf(type);
  if (fact === undefined || 'personal' in parts || Object.keys(parts).some((name) => name !== 'meta' && !(name in shown)))
    return 'not shown';
  const said = Object.fromEntries(Object.entries(data).filter(([field]) => !ENVELOPE_FIELDS.includes(field)));
  const shape = shapeOf(fact);
  if (shape.Check(said)) return 'checked';
  const [first] = shape.Errors(said);
  throw new Wrong(`Entry ${entry} is not a ${type} as it is declared: ${first?.instancePath ?? ''} ${first?.message ?? ''}`, entry);
}
