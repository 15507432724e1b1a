import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The true floor of one durable write: 4 KiB over a preallocated file, then fdatasync. */
export function overwriting(folder) {
  const file = openSync(join(folder, 'overwrite'), 'w+');
  const page = Buffer.alloc(4096, 1);
  for (let index = 0; index < 256; index += 1) writeSync(file, page, 0, page.length, index * page.length);
  fdatasyncSync(file);
  let at = 0;
  return {
    ask: () => {
      at = (at + 1) % 256;
      writeSync(file, page, 0, page.length, at * page.length);
      fdatasyncSync(file);
    },
    close: () => closeSync(file),
  };
}

/** A plain log file with group commit: the same decision on remembered state, one line of JSON as long as ours, one fdatasync for all who wait. */
export function plainLog(folder, streams, lineOf) {
  const file = openSync(join(folder, 'plain.log'), 'a');
  const lots = Array.from({ length: streams }, () => new Set());
  let waiting = [];
  let flushing = false;
  const flush = () => {
    const group = waiting;
    waiting = [];
    writeSync(file, group.map(({ line }) => line).join(''));
    fdatasyncSync(file);
    for (const { done } of group) done();
    if (waiting.length > 0) setImmediate(flush);
    else setImmediate(() => (waiting.length > 0 ? flush() : (flushing = false)));
  };
  return {
    ask: (stream, lotId) =>
      new Promise((done) => {
        if (lots[stream].has(lotId)) throw new Error('LOT_ALREADY_RECORDED');
        lots[stream].add(lotId);
        waiting.push({ line: `${JSON.stringify(lineOf(stream, lotId))}\n`, done });
        if (!flushing) {
          flushing = true;
          setImmediate(flush);
        }
      }),
    close: () => closeSync(file),
  };
}
