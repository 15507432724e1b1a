/** 0 proven; 1 something is wrong; 2 not understood; 3 a fault; 4 consistent with itself, and the operator's word only. */
export const EXIT = { proven: 0, wrong: 1, misunderstood: 2, fault: 3, unanchored: 4 } as const;

/** Thrown for what the person at the terminal can put right: a missing file, a policy that cannot be read. */
export class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}

/** Where answers go (stdout) and where everything else goes (stderr). */
export class Terminal {
  exit: number = EXIT.proven;
  constructor(
    private readonly out: (text: string) => void,
    private readonly err: (text: string) => void,
    private readonly isTerminal: boolean,
  ) {}

  answer(json: boolean, document: unknown, lines: () => readonly string[]): void {
    this.out(json ? `${JSON.stringify(document, null, 2)}\n` : `${lines().join('\n')}\n`);
  }
  note(words: string): void {
    this.err(`${words}\n`);
  }
  progress(what: string): (done: number, total: number) => void {
    const started = performance.now();
    return (done, total) => {
      if (!this.isTerminal || total === 0) return;
      const rate = done / Math.max((performance.now() - started) / 1000, 0.001);
      const bar = '█'.repeat(Math.round((done / total) * 24)).padEnd(24, '░');
      this.err(`\r${what} ${bar} ${done}/${total} · ${Math.round(rate)}/s${done >= total ? '\n' : ''}`);
    };
  }

  /** Runs an action and turns what it throws into words and an exit code. */
  async run(action: () => Promise<number>): Promise<void> {
    try {
      this.exit = await action();
    } catch (thrown) {
      const misunderstood = thrown instanceof NotUnderstood;
      this.note(misunderstood ? thrown.message : thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
      this.exit = misunderstood ? EXIT.misunderstood : EXIT.fault;
    }
  }
}
