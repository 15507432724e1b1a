import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Answer, Section } from './answer.js';
import { NotUnderstood } from './not-understood.js';

/** The version of this program; a test holds it against package.json. */
export const AUDITOR_VERSION = '0.1.0';

const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);
const FIGURE = /^-?\d[\d.,]*( [A-Z]{3})?$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const cell = (text: string): string =>
  `<td${FIGURE.test(text) ? ' class="figure"' : DAY.test(text) ? ' class="day"' : ''}>${escaped(text)}</td>`;
const named = (parameter: string): string => {
  const words = parameter.replace(/[A-Z]/g, (one) => ` ${one.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
};
const row = (cells: readonly string[]): string => `<tr>${cells.join('')}</tr>`;
const pairs = (of: readonly (readonly [string, string])[]): string =>
  `<table class="facts"><tbody>${of.map(([name, value]) => row([`<th scope="row">${escaped(name)}</th>`, cell(value)])).join('')}</tbody></table>`;

const sectionHtml = ({ columns, rows, title, words }: Section): string =>
  [
    title === '' ? '' : `<h2>${escaped(title)}</h2>`,
    ...(words ?? []).map((line) => `<p>${escaped(line)}</p>`),
    columns === undefined || rows === undefined || rows.length === 0
      ? ''
      : `<table><thead>${row(columns.map((name) => `<th scope="col">${escaped(name)}</th>`))}</thead><tbody>${rows
          .map((cells) => row(cells.map(cell)))
          .join('\n')}</tbody></table>`,
  ].join('\n');

const STYLE = `
body { font: 15px/1.45 Georgia, serif; color: #1a1a1a; max-width: 62rem; margin: 2rem auto; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; margin-bottom: .2rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; font-size: .88rem; margin: .6rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid #ddd; overflow-wrap: anywhere; }
thead th { border-bottom: 2px solid #1a1a1a; overflow-wrap: normal; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.day { white-space: nowrap; } .facts td { text-align: left; } .facts th { white-space: nowrap; font-weight: 600; }
.blank { border: 1px solid #888; min-height: 5rem; } @media print { body { margin: 0; } tr { break-inside: avoid; } }`;

type Paper = ReturnType<typeof paperOf>;
/** The working paper of one run: what was asked of what, and what was found. Its conclusion is left to a person. */
export const paperOf = ({ checkpoint, document, objective, parameters, population, title }: Answer, writtenAt: string) => ({
  title,
  objective,
  population,
  parameters,
  checkpoint,
  versions: { auditor: AUDITOR_VERSION, node: process.versions.node },
  writtenAt,
  result: document,
  conclusion: null,
});

const htmlOf = (
  { checkpoint, objective, parameters, population, title, versions, writtenAt }: Paper,
  sections: readonly Section[],
): string => `<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body>
<h1>${escaped(title)}</h1>
${pairs([
  ['Objective', objective],
  ['Population', population],
  ...Object.entries(parameters).flatMap(([name, value]) => (value === null ? [] : [[named(name), String(value)] as const])),
  ['Ledger', checkpoint === null ? 'not read' : `${checkpoint.origin}, ${checkpoint.size} entries`],
  ['Root', checkpoint?.root ?? 'not read'],
  ['Versions', `auditor ${versions.auditor}, Node ${versions.node}`],
  ['Written', writtenAt],
])}
${sections.map(sectionHtml).join('\n')}
<h2>Conclusion</h2><p>To be drawn by a person: this program finds, and does not judge.</p><div class="blank"></div>
${pairs([
  ['Prepared by, on', ''],
  ['Reviewed by, on', ''],
])}
</body></html>
`;

/** Writes a working paper as HTML and JSON: FILE.html with FILE.json beside it, or both into a folder under the command's name. */
export function writePaper(place: string, command: string, answer: Answer, writtenAt: string): readonly string[] {
  const stem = place.endsWith('.html') ? place.slice(0, -'.html'.length) : join(place, command);
  const paper = paperOf(answer, writtenAt);
  try {
    mkdirSync(dirname(stem), { recursive: true });
    writeFileSync(`${stem}.html`, htmlOf(paper, answer.sections));
    writeFileSync(`${stem}.json`, `${JSON.stringify(paper, null, 2)}\n`);
  } catch (failed) {
    throw new NotUnderstood(`The working paper cannot be written to ${place}: ${(failed as Error).message}`);
  }
  return [`${stem}.html`, `${stem}.json`];
}
