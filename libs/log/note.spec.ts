import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkpointBody, checkpointFrom, openCheckpoint } from './checkpoint.js';
import { checkLogProof, logProofFrom, logProofText } from './log-proof.js';
import { consistencyProof, EMPTY_ROOT, Frontier, inclusionProof, leafHash, rootAt, verifyConsistency, type Digest } from './merkle.js';
import { noteText, openNote, readNote, signatureLine, signerFrom, strictBase64, verifierFrom } from './note.js';
import { bundleBytes, entriesFrom, entriesPath, tilePath, tilesBetween, wholeFromFiles } from './tiles.js';

const seed = (byte: number) => Buffer.alloc(32, byte);
const log = signerFrom('ledger.example/one', 'ed25519', seed(1));
const witness = signerFrom('witness.example', 'cosignature/v1', seed(2));
const stranger = signerFrom('stranger.example', 'ed25519', seed(3));
const BODY = checkpointBody({ origin: log.name, size: 3, root: leafHash('x') });
const signed = noteText(BODY, [signatureLine(log, BODY)]);
const withLine = (text: string, line: string) => text + line;
const changeBase64 = (text: string, change: (bytes: Buffer) => Buffer) =>
  text.replace(
    /(— \S+ )(\S+)\n$/u,
    (_, before: string, base64: string) => `${before}${change(Buffer.from(base64, 'base64')).toString('base64')}\n`,
  );

describe('a signed note', () => {
  it('opens for whoever holds the key, and signs the same text with the same line', () => {
    expect(openNote(signed, [verifierFrom(log.vkey)]).body).toBe(BODY);
    expect(signatureLine(log, BODY)).toBe(signatureLine(log, BODY));
  });
  it('passes over a line of an unknown key, but needs one of a known', () => {
    expect(openNote(withLine(signed, signatureLine(stranger, BODY)), [log]).verified).toHaveLength(1);
    expect(() => openNote(signed, [stranger])).toThrow('No line under the note');
  });
  it('takes sixteen signatures', () => {
    const lines = Array.from({ length: 15 }, (_, n) => signatureLine(signerFrom(`s${n}`, 'ed25519', seed(n + 10)), BODY));
    expect(openNote(signed + lines.join(''), [log]).lines).toHaveLength(16);
  });
  it('is refused when its key id is flipped: the key is then unknown', () =>
    expect(() =>
      openNote(
        changeBase64(signed, (bytes) => bytes.fill((bytes[0] ?? 0) ^ 1, 0, 1)),
        [log],
      ),
    ).toThrow('known here'));
  it('is refused when a known key signed another text', () =>
    expect(() => openNote(noteText(BODY.replace('3', '4'), [signatureLine(log, BODY)]), [log])).toThrow('does not belong to this text'));
  it('is refused with one false line of a known key beside a true one', () =>
    expect(() => openNote(withLine(signed, signatureLine(stranger, 'else\n')), [log, stranger])).toThrow('does not belong'));
  it('counts a key once, however often its line was copied', () =>
    expect(openNote(withLine(signed, signatureLine(log, BODY)), [log]).verified).toHaveLength(1));
  it.each([
    ['no empty line', `${BODY}${signatureLine(log, BODY)}`],
    ['no last newline', signed.slice(0, -1)],
    ['something below', `${signed}more\n`],
    ['a control character', signed.replace('\n', '\r\n')],
    ['a dash of another kind', signed.replace('— ', '- ')],
    ['spare bits in the base64', `${noteText(BODY, ['— name AAAAAAAB\n']).slice(0, -2)}F=\n`],
  ])('is not read with %s', (_, text) => expect(() => readNote(text)).toThrow());
  it('knows no base64 with spare bits, without padding, or in another alphabet', () => {
    for (const text of ['AB==', 'AA', 'A-_=', '', 'AAAA\n', 'AA==AA==']) expect(() => strictBase64(text, 'It')).toThrow('strict base64');
    expect(strictBase64('AA==', 'It')).toEqual(Buffer.of(0));
  });
  it('takes no verifier key whose id is not its own', () => {
    const [name, id, key] = log.vkey.split('+');
    expect(() => verifierFrom(`${name}+${id!.replace(/./, (c) => (c === '0' ? '1' : '0'))}+${key}`)).toThrow('is written beside it');
    expect(() => verifierFrom(`other+${id}+${key}`)).toThrow('is written beside it');
  });
  it('carries a witness’s cosignature with its time, which the signature covers', () => {
    const text = withLine(signed, signatureLine(witness, BODY, 1_700_000_000));
    expect(openNote(text, [log, witness]).verified).toMatchObject([{ by: { name: log.name } }, { at: 1_700_000_000 }]);
    expect(() =>
      openNote(
        changeBase64(text, (bytes) => bytes.fill((bytes[11] ?? 0) ^ 1, 11, 12)),
        [log, witness],
      ),
    ).toThrow('does not belong');
  });
});

describe('a checkpoint', () => {
  it.each([
    'a\n03\nRoot\n',
    'a\n-1\n',
    `a\n1e3\n`,
    `a\n9007199254740993\n${EMPTY_ROOT}\n`,
    BODY + 'extension\n',
    BODY.slice(0, -1),
    '\n' + BODY,
  ])('is not read as %j', (body) => expect(() => checkpointFrom(body)).toThrow());
  it('is of the log whose key signed it', () => {
    const body = checkpointBody({ origin: 'another', size: 3, root: leafHash('x') });
    expect(() => openCheckpoint(noteText(body, [signatureLine(log, body)]), log)).toThrow('the key is of');
    expect(openCheckpoint(signed, log)).toMatchObject({ origin: log.name, size: 3 });
  });
});

describe('the tiles', () => {
  it('have the paths of the specification', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(tilePath({ level: 1, index: 0, width: 7 })).toBe('tile/1/000.p/7');
    expect(entriesPath(1000, 256)).toBe('tile/entries/x001/000');
  });
  it('are those that grew, at every level', () => {
    expect(tilesBetween(0, 256 * 256 + 1).length).toBe(256 + 1 + 1 + 1);
    expect(tilesBetween(300, 300)).toEqual([]);
    expect(tilesBetween(255, 257)).toEqual([
      { level: 0, index: 0, width: 256 },
      { level: 0, index: 1, width: 1 },
      { level: 1, index: 0, width: 1 },
    ]);
  });
  it('give back entries to the last byte, and nothing with a byte more or less', () => {
    const bytes = bundleBytes(['', 'Zoë', 'x'.repeat(300)]);
    expect(entriesFrom(bytes, 3).map(String)).toEqual(['', 'Zoë', 'x'.repeat(300)]);
    for (const wrong of [bytes.subarray(0, -1), Buffer.concat([bytes, Buffer.of(0)])])
      expect(() => entriesFrom(wrong, 3)).toThrow('besides');
    expect(() => entriesFrom(bytes, 2)).toThrow('holds 3');
    expect(() => bundleBytes(['x'.repeat(65_536)])).toThrow('65536 bytes');
  });
  it('prove entries and growth across several levels of tiles', () => {
    const files = new Map<string, Buffer>();
    const [size, frontier] = [70_000, new Frontier()];
    const levels: Digest[][] = [[], [], []];
    for (let n = 0; n < size; n += 1)
      frontier.push(leafHash(`${n}`), (level, _, digest) => level % 8 === 0 && levels[level / 8]!.push(digest));
    for (const tile of tilesBetween(0, size))
      files.set(tilePath(tile), Buffer.from(levels[tile.level]!.slice(tile.index * 256, tile.index * 256 + tile.width).join(''), 'latin1'));
    const whole = wholeFromFiles(size, (path) => files.get(path)!);
    expect(rootAt(size, whole)).toBe(frontier.root());
    const body = checkpointBody({ origin: log.name, size, root: frontier.root() });
    const file = logProofText({
      index: 65_600,
      proof: inclusionProof(65_600, size, whole),
      checkpoint: noteText(body, [signatureLine(log, body)]),
    });
    expect(checkLogProof(file, '65600', log)).toMatchObject({ index: 65_600, size });
    expect(() => checkLogProof(file, '65601', log)).toThrow('does not stand at 65600');
    expect(() => checkLogProof(file.replace('index 65600', 'index 65601'), '65600', log)).toThrow('does not stand');
    expect(() => logProofFrom(file.replace('index 65600', 'index 065600'))).toThrow('names an index');
    expect(logProofFrom(logProofText({ ...logProofFrom(file), extra: Buffer.from('for the group') })).extra?.toString()).toBe(
      'for the group',
    );
    expect(verifyConsistency(300, size, consistencyProof(300, size, whole), rootAt(300, whole), frontier.root())).toBe(true);
  });
});

const FOREIGN = join('..', 'shared', 'data', 'transparency-log', 'tessera-log');
(existsSync(FOREIGN) ? describe : describe.skip)('a foreign log, of Tessera', () => {
  if (!existsSync(FOREIGN)) {
    it('is not here: ../shared/data/transparency-log is absent', () => undefined);
    return;
  }
  const key = verifierFrom(readFileSync(join(FOREIGN, 'verifier.vkey.txt'), 'utf8').trim());
  const sizes = Array.from({ length: 16 }, (_, size) => size).filter((size) => existsSync(join(FOREIGN, `checkpoint.${size}`)));
  const open = (size: number) => openCheckpoint(readFileSync(join(FOREIGN, `checkpoint.${size}`), 'utf8'), key);
  it.each(sizes)('is proven at size %i: signature, entries, tiles, root, and growth from every smaller size', (size) => {
    const checkpoint = open(size);
    expect(checkpoint.size).toBe(size);
    if (size === 0) return expect(checkpoint.root).toBe(EMPTY_ROOT);
    const frontier = new Frontier();
    entriesFrom(readFileSync(join(FOREIGN, entriesPath(0, size))), size).forEach((entry) => frontier.push(leafHash(entry)));
    const whole = wholeFromFiles(size, (path) => readFileSync(join(FOREIGN, path)));
    expect([frontier.root(), rootAt(size, whole)]).toEqual([checkpoint.root, checkpoint.root]);
    for (const first of sizes.filter((one) => one <= size))
      expect(verifyConsistency(first, size, consistencyProof(first, size, whole), open(first).root, checkpoint.root)).toBe(true);
    return undefined;
  });
});
