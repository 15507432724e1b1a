import { Home, LedgerModule, settingsFrom } from '@ledger/home';
import { isRefusal } from '@ledger/kernel';
import { NestFactory } from '@nestjs/core';
import type { Command } from 'commander';

/** What every command may be told: which ledger, and how to answer. */
export type Common = Readonly<{ home?: string; json?: boolean }>;

/** 0 done; 1 the answer is no (refused, differs); 2 not understood (usage, unreadable file); 3 a fault. */
export const EXIT = { done: 0, no: 1, misunderstood: 2, fault: 3 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** Thrown for what the person at the terminal can put right: an unreadable file, a flag that makes no sense. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}

/** One command of the operator. Its answer goes to stdout, as lines or (--json) as one document; everything else to stderr. */
export type OperatorCommand = (program: Command, io: Io) => void;

export class Io {
  exit: Exit = EXIT.done;
  constructor(
    private readonly out: (text: string) => void,
    private readonly err: (text: string) => void,
    readonly isTerminal: boolean,
  ) {}

  /** Answers with one JSON document, or with lines for a person. */
  answer({ json }: Common, document: unknown, lines: () => readonly string[]): void {
    this.out(
      json === true
        ? `${JSON.stringify(document, null, 2)}\n`
        : lines()
            .map((line) => `${line}\n`)
            .join(''),
    );
  }
  /** Text that is itself the answer, such as a journal file. */
  write(text: string): void {
    this.out(text);
  }
  note(words: string): void {
    this.err(`${words}\n`);
  }
  /** A progress bar with the rate and the time left; on a terminal only. */
  progress(what: string): (done: number, total: number) => void {
    const started = performance.now();
    return (done, total) => {
      if (!this.isTerminal || total === 0) return;
      const rate = done / Math.max((performance.now() - started) / 1000, 0.001);
      const bar = '█'.repeat(Math.round((done / total) * 24)).padEnd(24, '░');
      this.err(
        `\r${what} ${bar} ${done}/${total} · ${Math.round(rate)}/s · ${Math.ceil((total - done) / Math.max(rate, 1))} s left ${done >= total ? '\n' : ''}`,
      );
    };
  }

  /** Runs an action and turns what it throws into words and an exit code. */
  async run(action: () => Promise<Exit | undefined | void>): Promise<void> {
    try {
      this.exit = (await action()) ?? EXIT.done;
    } catch (thrown) {
      const { message, name } = thrown as Error;
      if (isRefusal(thrown)) {
        this.note(`Refused (${thrown.code}): ${thrown.words}`);
        this.exit = EXIT.no;
      } else if (name === 'Misunderstood' || name === 'NotUnderstood' || name === 'NotOurMasterKey') {
        this.note(message);
        this.exit = EXIT.misunderstood;
      } else {
        this.note(thrown instanceof Error ? (thrown.stack ?? message) : String(thrown));
        this.exit = EXIT.fault;
      }
    }
  }

  /** Opens the ledger that the command is about, brings it up to date, and closes it again. `null` is a fresh one in memory. */
  async withHome<T>(folder: string | null | undefined, action: (home: Home) => Promise<T>): Promise<T> {
    const settings = settingsFrom(process.env, folder === undefined ? {} : { folder });
    const app = await NestFactory.createApplicationContext(LedgerModule.open(settings), { logger: false, abortOnError: false });
    try {
      const home = app.get(Home);
      await home.settle();
      return await action(home);
    } finally {
      await app.close();
    }
  }
}
