// Works out in this browser that one entry stands in the published tree (RFC 6962, C2SP tlog-tiles) under a signed checkpoint.
const TILE = 256;
const DIGEST = 32;
const utf8 = new TextEncoder();

/** What was checked and is not so. */
class Wrong extends Error {}

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer()));
const node = (left, right) => sha256(Uint8Array.of(1), left, right);
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (text) => Uint8Array.from(text.match(/../g) ?? [], (two) => parseInt(two, 16));
const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** Base64 as it must stand: padded, without spare bits. */
function fromBase64(text, what) {
  try {
    const bytes = atob(text);
    if (text !== '' && btoa(bytes) === text) return Uint8Array.from(bytes, (sign) => sign.charCodeAt(0));
  } catch {
    // told below
  }
  throw new Wrong(`${what} is not strict base64.`);
}

/** name+id+base64(1 || key): the id must be the key's own. */
async function keyFrom(text) {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/u.exec(text) ?? [];
  if (name === undefined) throw new Wrong('The key is not a log’s key: name, eight signs and key, with + between them.');
  const bytes = fromBase64(base64, 'The key');
  if (bytes.length !== 33 || bytes[0] !== 1) throw new Wrong('The key is not an Ed25519 key of a log.');
  const own = hex((await sha256(utf8.encode(`${name}\n`), bytes)).subarray(0, 4));
  if (own !== id) throw new Wrong(`The key has the id ${own}, and ${id} is written beside it: it was altered.`);
  return { name, id, raw: bytes.subarray(1) };
}

/** Three lines, an empty line, signature lines. */
function checkpointFrom(text) {
  const cut = text.lastIndexOf('\n\n');
  const [body, below] = [text.slice(0, cut + 1), text.slice(cut + 2)];
  const [origin, size, root, ...rest] = body.split('\n');
  if (cut < 0 || rest.length !== 1 || !/^(0|[1-9]\d{0,15})$/.test(size) || !text.endsWith('\n'))
    throw new Wrong('This is not a checkpoint: three lines (name, size, root), an empty line, and the signatures below it.');
  const lines = below
    .split('\n')
    .slice(0, -1)
    .map((line, at) => {
      const [, name, base64] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? [];
      if (name === undefined) throw new Wrong(`Line ${at + 1} below the checkpoint is not a signature.`);
      const bytes = fromBase64(base64, `The signature of ${name}`);
      return { name, id: hex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
    });
  return { body, origin, size: Number(size), root: fromBase64(root, 'The root of the checkpoint'), lines };
}

/** Whether the key signed it; null where this browser lacks Ed25519. */
async function signed({ body, lines, origin }, { id, name, raw }) {
  if (origin !== name) throw new Wrong(`The checkpoint is of the log ${origin}, and the key is of ${name}.`);
  const line = lines.find((one) => one.name === name && one.id === id);
  if (line === undefined) throw new Wrong(`The checkpoint bears no signature of this key of ${name}.`);
  let key;
  try {
    key = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
  } catch (failed) {
    if (failed.name === 'NotSupportedError') return null;
    throw new Wrong('The key cannot be read.');
  }
  if (!(await crypto.subtle.verify({ name: 'Ed25519' }, key, line.signature, utf8.encode(body))))
    throw new Wrong('The signature does not belong to this checkpoint: it was altered, or another key signed it.');
  return true;
}

const numberPath = (index) => {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return groups.join('/');
};

/** The published files of a log of this size. A partial tile whose whole tile stands may be gone: then the whole one is read. */
function treeOf(size) {
  const kept = new Map();
  const fetched = async (path) => {
    const answer = await fetch(`/log/${path}`);
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : undefined;
  };
  const tile = (kind, index, width) => {
    const path = `tile/${kind}/${numberPath(index)}`;
    const read = async () => {
      const bytes = (width < TILE ? await fetched(`${path}.p/${width}`) : undefined) ?? (await fetched(path));
      if (bytes === undefined) throw new Wrong(`The published log has no ${path} for ${size} entries.`);
      return bytes;
    };
    if (!kept.has(path)) kept.set(path, read());
    return kept.get(path);
  };
  const widthAt = (unit, index) => Math.min(TILE, Math.floor(size / unit) - index * TILE);
  const whole = async (level, index) => {
    if (level % 8 !== 0) return node(await whole(level - 1, index * 2), await whole(level - 1, index * 2 + 1));
    const [at, place] = [Math.floor(index / TILE), index % TILE];
    const bytes = await tile(level / 8, at, widthAt(TILE ** (level / 8), at));
    if (bytes.length < (place + 1) * DIGEST) throw new Wrong(`The published tile ${at} of level ${level / 8} is too short.`);
    return bytes.subarray(place * DIGEST, (place + 1) * DIGEST);
  };
  const entry = async (index) => {
    const at = Math.floor(index / TILE);
    const bytes = await tile('entries', at, widthAt(1, at));
    for (let from = 0, left = index % TILE; from + 2 <= bytes.length; left -= 1) {
      const end = from + 2 + bytes[from] * 256 + bytes[from + 1];
      if (left === 0 && end <= bytes.length) return bytes.subarray(from + 2, end);
      from = end;
    }
    throw new Wrong(`The published tile of entries ${at} does not hold entry ${index}.`);
  };
  return { whole, entry };
}

const splitOf = (size) => {
  let half = 1;
  while (half * 2 < size) half *= 2;
  return half;
};
async function rangeRoot(from, width, whole) {
  if (Number.isInteger(Math.log2(width))) return whole(Math.log2(width), from / width);
  const half = splitOf(width);
  return node(await rangeRoot(from, half, whole), await rangeRoot(from + half, width - half, whole));
}
/** The root that follows when this digest stands at this place: RFC 6962 section 2.1.1, from the leaf up. */
async function rootAbove(leaf, index, size, whole) {
  const climb = async (from, width) => {
    if (width === 1) return leaf;
    const half = splitOf(width);
    return index < from + half
      ? node(await climb(from, half), await rangeRoot(from + half, width - half, whole))
      : node(await rangeRoot(from, half, whole), await climb(from + half, width - half));
  };
  return climb(0, size);
}

/** Everything, step by step; `say` hears each step that holds. @throws Wrong with the first that does not */
async function check(index, pastedCheckpoint, pastedKey, ownKey, say) {
  const text =
    pastedCheckpoint === '' ? await (await fetch('/log/checkpoint')).text() : `${pastedCheckpoint.replaceAll('\r', '').trim()}\n`;
  const key = await keyFrom(pastedKey === '' ? ownKey : pastedKey.trim());
  const checkpoint = checkpointFrom(text);
  const { root, size } = checkpoint;
  const isSigned = await signed(checkpoint, key);
  say(isSigned ? `The checkpoint of ${size} entries is signed by ${key.name}.` : 'Signature not checked: this browser lacks Ed25519.');
  if (index >= size) throw new Wrong(`This checkpoint has ${size} entries, up to entry ${size - 1}: entry ${index} came later.`);
  const tree = treeOf(size);
  const bytes = await tree.entry(index);
  const leaf = await sha256(Uint8Array.of(0), bytes);
  if (!same(leaf, await tree.whole(0, index)))
    throw new Wrong(`Entry ${index} as it is published is not the one whose digest stands in the tree.`);
  say(`Entry ${index} was read from the published log, and its digest stands at its place in the tree.`);
  const found = await rootAbove(leaf, index, size, tree.whole);
  if (!same(found, root))
    throw new Wrong('The published tree does not come to the root in this checkpoint: something before it was altered.');
  say(`From there up, the digests come to the very root in the checkpoint: ${hex(root)}.`);
  const entry = JSON.parse(new TextDecoder().decode(bytes));
  const answer = await fetch(`/log/proof/${index}.json`);
  const shown = answer.ok ? (await answer.json()).shown : null;
  if (entry.parts.public !== undefined) {
    if (shown === null || hex(await sha256(fromHex(shown.salt), utf8.encode(shown.text))) !== entry.parts.public)
      throw new Wrong('What the server shows of this entry is not what was logged.');
    say('What it shows to everybody, below, has the very fingerprint that stands in the entry.');
  }
  return { isSigned, entry: new TextDecoder().decode(bytes), shown: shown?.text ?? '' };
}

const make = (name, words, className = '') => Object.assign(document.createElement(name), { textContent: words, className });
const form = document.querySelector('#check-form');
const out = document.querySelector('#checked');
if (form && out) {
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const list = make('ol', '', 'entries');
    out.replaceChildren(make('p', 'Working it out…'), list);
    const verdict = (words, kind) => out.firstChild.replaceWith(make('p', words, `lead checked--${kind}`));
    try {
      if (crypto.subtle === undefined)
        throw new Wrong('This browser works out hashes only on pages that came over https. Nothing was checked.');
      const [checkpoint, key] = [form.querySelector('#checkpoint').value.trim(), form.querySelector('#log-key').value.trim()];
      const found = await check(Number(form.dataset.entry), checkpoint, key, form.dataset.key, (words) => list.append(make('li', words)));
      verdict(found.isSigned ? 'Good: this entry stands in the signed log.' : 'Good, but the signature was not checked.', 'good');
      if (key === '')
        out.append(
          make(
            'p',
            'The key is the one that this server names. Ask a person for it, and paste it above, to be independent of the server.',
            'note',
          ),
        );
      out.append(make('h3', 'The entry, to the byte'), make('pre', found.entry, 'hash'));
      if (found.shown !== '') out.append(make('h3', 'What it shows to everybody'), make('pre', found.shown, 'hash'));
    } catch (failed) {
      if (failed instanceof Wrong) verdict(`Wrong: ${failed.message}`, 'wrong');
      else verdict(`It could not be worked out: ${failed.message}`, 'wrong');
    }
  });
}
