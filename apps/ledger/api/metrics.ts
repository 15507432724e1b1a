import { catalogue } from '@ledger/catalogue';
import { APP_VERSION, type Meter, type Outcome } from '@ledger/event-store';
import { type Home, type Standing, standingOf } from '@ledger/home';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** An append costs tens of microseconds in memory, a flush of a disk's cache some milliseconds, a lost leader seconds. */
const APPEND_SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];
type Told = Readonly<{ says: string; label?: string; of: (standing: Standing) => number | Readonly<Record<string, number>> | undefined }>;

const each = <Value>(values: Readonly<Record<string, Value>>, number: (value: Value) => number) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, number(value)]));

/** What is read off the ledger's standing whenever somebody looks. */
const GAUGES: Readonly<Record<string, Told>> = {
  ledger_ready: { says: '1 when the ledger can be read and written', of: ({ status }) => Number(status === 'ready') },
  ledger_writer_stopped: { says: '1 when the store contradicts what was sealed', of: ({ status }) => Number(status === 'stopped') },
  ledger_entries: { says: 'Entries that have a number', of: ({ entries }) => entries },
  ledger_sealed_entries: { says: 'Entries under the newest seal', of: ({ sealed }) => sealed },
  ledger_consumer_lag_entries: { says: 'Entries that a consumer has still to do', label: 'consumer', of: ({ behind }) => behind },
  ledger_consumer_faults: {
    says: 'What went wrong in a consumer since the start',
    label: 'consumer',
    of: ({ faults }) => each(faults, ({ times }) => times),
  },
  ledger_consumer_fault_standing: {
    says: '1 while a fault keeps a consumer from going on',
    label: 'consumer',
    of: ({ faults }) => each(faults, ({ standing }) => Number(standing)),
  },
  ledger_dead_letters: { says: 'What a policy could not deliver', label: 'policy', of: ({ deadLetters }) => deadLetters },
};

/** The ledger in numbers, as Prometheus reads them. Labels are kinds and codes: no tenant, no person, no record. */
export class Metrics implements Meter {
  private readonly registry = new Registry();
  private readonly commands = new Counter({
    name: 'ledger_commands_total',
    help: 'Requests by kind and by how they ended',
    labelNames: ['command', 'outcome'],
    registers: [this.registry],
  });
  private readonly refusals = new Counter({
    name: 'ledger_refusals_total',
    help: 'Refusals by the code of the rule that said no',
    labelNames: ['code'],
    registers: [this.registry],
  });
  private readonly appends = new Histogram({
    name: 'ledger_append_seconds',
    help: 'How long the store took to acknowledge an append',
    buckets: APPEND_SECONDS,
    registers: [this.registry],
  });
  private readonly events = new Counter({
    name: 'ledger_events_appended_total',
    help: 'Events that this process wrote',
    registers: [this.registry],
  });
  private readonly gauges = Object.entries(GAUGES).map(([name, { label, of, says }]) => {
    const gauge = new Gauge({ name, help: says, labelNames: label === undefined ? [] : [label], registers: [this.registry] });
    return (standing: Standing) => {
      const told = of(standing);
      if (typeof told === 'number') return gauge.set(told);
      // What cannot be known is no number: nought would say that all is well.
      if (label === undefined) return gauge.set(NaN);
      gauge.reset();
      for (const [name, value] of Object.entries(told ?? {})) gauge.set({ [label]: name }, value);
    };
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'ledger_build_info',
      help: 'Always 1; the labels say what runs',
      labelNames: ['version', 'catalogue', 'node'],
      registers: [this.registry],
    }).set({ version: APP_VERSION, catalogue: catalogue.hash, node: process.version }, 1);
  }

  asked(command: string, outcome: Outcome, code?: string): void {
    this.commands.inc({ command, outcome });
    if (code !== undefined) this.refusals.inc({ code });
  }
  appended(events: number, seconds: number): void {
    this.appends.observe(seconds);
    this.events.inc(events);
  }

  readonly type = this.registry.contentType;
  async text(home: Home): Promise<string> {
    const standing = await standingOf(home);
    this.gauges.forEach((show) => show(standing));
    return this.registry.metrics();
  }
}
