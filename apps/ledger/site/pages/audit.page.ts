import { DOWNLOAD_ENTRIES_MAX } from '@ledger/log';
import type { Page } from '../frame/visit.js';
import { instantWords, listWords, plural } from '../words/figures.js';
import { markup } from '../words/html.js';

/** The log itself: how far it is signed, who has signed beside the operator, and how anybody checks it. */
export const auditPage: Page = {
  name: 'Audit',
  address: 'audit',
  part: null,
  template: 'pages/audit.njk',
  build: async (visit) => {
    const { moment } = visit;
    const log = await visit.log();
    const seals = log.seals.filter(({ size }) => size <= moment.asKnown + 1);
    const [newest] = seals;
    const renewals = log.renewals.filter(({ recordedAt }) => recordedAt <= (moment.knownAt ?? ''));
    const waiting = moment.asKnown + 1 - (newest?.size ?? 0);
    // The entry after a seal is the seal itself, and a seal alone is no reason for another.
    const waits =
      newest !== undefined && waiting <= 1
        ? markup`Nothing waits for the next seal.`
        : markup`${plural(waiting, 'entry', 'entries')} ${waiting === 1 ? 'waits' : 'wait'} for the next seal.`;
    return {
      title: 'Nothing altered, nothing hidden',
      statement:
        newest === undefined
          ? markup`Nothing is sealed yet. ${waits}`
          : markup`${plural(newest.size, 'entry', 'entries')} are sealed under one root, signed on ${instantWords(newest.sealedAt)}. ${waits}`,
      terms: [
        { term: 'The log’s name', words: log.origin, hash: true },
        { term: 'Entries sealed', words: String(newest?.size ?? 0) },
        { term: 'Their root', words: newest?.root ?? 'none yet', hash: true },
        { term: 'The log’s key', words: log.key, hash: true },
        ...renewals
          .filter(({ isFinding }) => !isFinding)
          .map(({ recordedAt, words }) => ({ term: `Since ${instantWords(recordedAt)}`, words })),
        { term: 'The key of receipts', words: log.receiptsKey, hash: true },
      ],
      hasBundle: newest !== undefined && newest.size <= DOWNLOAD_ENTRIES_MAX,
      isSealed: newest !== undefined,
      findings: [
        ...renewals.filter(({ isFinding }) => isFinding).map(({ words }) => words),
        ...(log.stopped === null ? [] : [log.stopped]),
        ...log.witnesses
          .filter(({ lastSize }) => newest !== undefined && lastSize !== newest.size)
          .map(({ name }) => `${name} has not cosigned the newest checkpoint.`),
      ],
      stopped: log.stopped !== null,
      sheets: {
        checkpoints: {
          caption: 'The last checkpoints, newest first',
          wide: true,
          empty: 'Nothing is sealed yet.',
          columns: [
            { key: 'size', label: 'Entries', kind: 'count' },
            { key: 'sealedAt', label: 'Signed at' },
            { key: 'cosignedBy', label: 'Cosigned by' },
            { key: 'root', label: 'Root' },
          ],
          rows: seals.map(({ cosigned, root, sealedAt, size }) => ({
            cells: [size, sealedAt, cosigned.length === 0 ? 'nobody' : listWords(cosigned.map(({ name }) => name)), root],
          })),
        },
        witnesses: {
          caption: 'Who is asked to cosign, and what they cosigned last',
          wide: true,
          empty:
            'Nobody outside is asked to cosign. Whoever holds the ledger and its key could rewrite everything and sign it again; only a checkpoint or a receipt that somebody kept would tell.',
          columns: [
            { key: 'name', label: 'Witness' },
            { key: 'lastSize', label: 'Entries', kind: 'count' },
            { key: 'lastAt', label: 'Cosigned at' },
            { key: 'key', label: 'Key' },
          ],
          rows: log.witnesses.map(({ key, lastAt, lastSize, name }) => ({ cells: [name, lastSize, lastAt, key] })),
        },
      },
    };
  },
};
