import { type Answer, type Shown, textOf } from './answer.js';
import { NotUnderstood } from './not-understood.js';
import { writePaper } from './paper.js';

/** 0 proven; 1 something is wrong; 2 not understood; 3 a fault; 4 consistent with itself, and the operator's word only. */
export const EXIT = { proven: 0, wrong: 1, misunderstood: 2, fault: 3, unanchored: 4 } as const;

/** An answer that takes less than this is given without a bar. */
const BAR_AFTER_MS = 500;

/** Where answers go (stdout), where everything else goes (stderr), and what time it is for a working paper. */
export class Terminal {
  exit: number = EXIT.proven;
  constructor(
    private readonly out: (text: string) => void,
    private readonly err: (text: string) => void,
    private readonly isTerminal: boolean,
    private readonly now: () => string = () => new Date().toISOString(),
  ) {}

  note(words: string): void {
    this.err(`${words}\n`);
  }
  /** A bar on a terminal, from the moment on at which an answer turns out to take its time. */
  progress(what: string): (done: number, total: number) => void {
    const started = performance.now();
    let drawn = false;
    return (done, total) => {
      const ms = performance.now() - started;
      if (!this.isTerminal || total === 0 || (ms < BAR_AFTER_MS && !drawn)) return;
      drawn = true;
      const bar = '█'.repeat(Math.round((done / total) * 24)).padEnd(24, '░');
      this.err(`\r${what} ${bar} ${done}/${total} · ${Math.round((done * 1000) / ms)}/s${done >= total ? '\n' : ''}`);
    };
  }

  /** Runs a command, shows its answer, keeps its working paper; turns what it throws into words and an exit code. */
  async run(command: string, { json, paper }: Shown, action: () => Promise<Answer>): Promise<void> {
    try {
      const answer = await action();
      this.out(json === true ? `${JSON.stringify(answer.document, null, 2)}\n` : textOf(answer));
      if (paper !== undefined) this.note(`Working paper: ${writePaper(paper, command, answer, this.now()).join(', ')}`);
      this.exit = answer.exit;
    } catch (thrown) {
      const misunderstood = thrown instanceof NotUnderstood;
      this.note(misunderstood ? thrown.message : thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
      this.exit = misunderstood ? EXIT.misunderstood : EXIT.fault;
    }
  }
}
