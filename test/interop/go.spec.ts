import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALedger } from '../proof/a-ledger.js';

const GO_PATH = '/usr/share/gocode';
const isThere = spawnSync('go', ['version']).status === 0 && existsSync(join(GO_PATH, 'src/golang.org/x/mod/sumdb/tlog'));

// Skipped, in words, where Debian's golang-go and golang-golang-x-mod-dev are not installed.
(isThere ? describe : describe.skip)(
  'Go’s own packages for transparency logs (skipped without golang-go and golang-golang-x-mod-dev)',
  () => {
    let ledger: ALedger;
    let program: string;
    beforeAll(async () => {
      ledger = await (await ALedger.open()).begin();
      await ledger.home.publicLog.sealer.seal();
      await ledger.receive(300);
      await ledger.home.publicLog.sealer.seal();
      program = ledger.file('check');
      const built = spawnSync('go', ['build', '-o', program, join('test', 'interop', 'check.go')], {
        env: { ...process.env, GO111MODULE: 'off', GOPATH: GO_PATH, GOFLAGS: '', GOCACHE: ledger.file('go-cache') },
        encoding: 'utf8',
      });
      expect(built.stderr).toBe('');
    }, 300_000);
    afterAll(() => ledger.remove());
    const check = (folder: string, key = ledger.home.publicLog.signer.log.vkey) => {
      const { status, stdout } = spawnSync(program, [folder, key], { encoding: 'utf8' });
      return { status, stdout };
    };

    it('verify our checkpoint, our tiles, a proof of every entry and of growth from every smaller size', () =>
      expect(check(ledger.file('home', 'public-log'))).toEqual({ status: 0, stdout: 'agrees: 308 entries, 307 growths\n' }));
    it('find one byte changed in an entry, a tile or the checkpoint', () => {
      for (const name of ['tile/entries/000', 'tile/0/001.p/52', 'checkpoint']) {
        ledger.keep('injured', 'home');
        const file = ledger.file('injured', 'public-log', name);
        const bytes = readFileSync(file);
        bytes[40] = bytes[40]! ^ 1;
        writeFileSync(file, bytes);
        expect(check(ledger.file('injured', 'public-log')).stdout).toContain('DIFFERS');
      }
    });
    it('refuse it under another key', () =>
      expect(check(ledger.file('home', 'public-log'), ledger.home.publicLog.signer.receipts.vkey).stdout).toContain('DIFFERS'));
  },
);
