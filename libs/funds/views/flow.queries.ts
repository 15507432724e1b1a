import { decisionsOf } from '@ledger/deliberation/views';
import { bodies, organisations } from '@ledger/governance/views';
import { awards, payments } from '@ledger/grants/views';
import type { Illustrative, LedgerQuery, Reading, NoParams } from '@ledger/views';
import { accounts, heldByAward, NOTHING, type Place } from './accounts.js';
import { envelopesOf } from './fund.queries.js';
import { envelopes, funds, type LotRow, lots } from './fund.projection.js';
import { movements } from './movement.projection.js';

export type Tier = 'giver' | 'part' | 'body' | 'recipient' | 'left';
/** A place where money is, keyed by tier so that no two places share a name. `address` leads to its page, below the tenant. */
export type FlowNode = Readonly<{
  id: string;
  tier: Tier;
  label: string;
  pence: number;
  address: string | null;
  illustrative: Illustrative;
}>;
export type FlowLink = Readonly<{ from: string; to: string; pence: number; entry: number; illustrative: Illustrative }>;
export type Flows = Readonly<{ currency: string; nodes: readonly FlowNode[]; links: readonly FlowLink[] }>;

const words = (id: string) => id.replaceAll('-', ' ').replace(/^./, (first) => first.toUpperCase());
const partLabel = (lot: LotRow, fundTitle: string) =>
  lot.fromLotId === null ? fundTitle : `${words(lot.lotId)} part${lot.shareBasisPoints === null ? '' : `, ${lot.shareBasisPoints / 100}%`}`;

/** The receipt that a lot came from, however often it was split since. */
const rootOf = (all: readonly LotRow[], lot: LotRow): LotRow =>
  lot.fromLotId === null
    ? lot
    : rootOf(
        all,
        all.find(({ fundId, lotId }) => fundId === lot.fundId && lotId === lot.fromLotId)!,
      );

/** Where the money is, from whoever gave it to whoever has it, one picture for each currency. */
async function flowsOf(read: Reading): Promise<readonly Flows[]> {
  const names = new Map<string, string>([
    ...(await read.lookUp(organisations, 'organisationId', 'name')),
    ...(await read.rows(bodies)).map(({ bodyId, name }) => [`body ${bodyId}`, name] as const),
  ]);
  const titles = await read.lookUp(funds, 'fundId', 'title');
  const all = await read.rows(lots);
  const wasSplit = new Set(all.map(({ fromLotId, fundId }) => `${fundId} ${fromLotId ?? ''}`));
  const balances = await read.balances(`Equity:${read.tenantId}:Budget:Line:`);
  const links: (FlowLink & {
    currency: string;
    labels: readonly [string, string];
    addresses: readonly [string | null, string | null];
    tiers: readonly [Tier, Tier];
  })[] = [];

  for (const lot of all.filter(({ fundId, lotId }) => !wasSplit.has(`${fundId} ${lotId}`))) {
    const giver = rootOf(all, lot).giver ?? 'unknown';
    links.push({
      from: `giver:${giver}`,
      to: `part:${lot.fundId}/${lot.lotId}`,
      pence: lot.amountPence,
      entry: lot.entry,
      illustrative: lot.illustrative,
      currency: lot.currency,
      labels: [names.get(giver) ?? words(giver), partLabel(lot, titles.get(lot.fundId) ?? lot.fundId)],
      addresses: [null, `funds/${lot.fundId}`],
      tiers: ['giver', 'part'],
    });
  }
  for (const envelope of await envelopesOf(read, {}, balances)) {
    const place: Place = envelope;
    const address = `funds/${envelope.fundId}/${envelope.bodyId}/${envelope.period}`;
    const body = `body:${envelope.bodyId}`;
    const bodyName = names.get(`body ${envelope.bodyId}`) ?? words(envelope.bodyId);
    const { currency, entry, illustrative } = envelope;
    for (const { amountPence, lotId } of envelope.lots) {
      links.push({
        from: `part:${envelope.fundId}/${lotId}`,
        to: body,
        pence: amountPence,
        entry,
        illustrative,
        currency,
        labels: [lotId, bodyName],
        addresses: [`funds/${envelope.fundId}`, address],
        tiers: ['part', 'body'],
      });
    }
    const account = accounts.envelope(read.tenantId, place);
    const here = { fundId: envelope.fundId, bodyId: envelope.bodyId, period: envelope.period };
    const recipients = new Map(
      (await read.rows(movements, here)).flatMap(({ awardId, illustrative: mark, recipientId }) =>
        awardId === null || recipientId === null ? [] : [[awardId, { recipientId, mark }] as const],
      ),
    );
    const held = heldByAward(balances, account);
    for (const [awardId, { mark, recipientId }] of recipients) {
      const total = held.get(awardId) ?? NOTHING;
      if (total.pence <= 0) continue;
      links.push({
        from: body,
        to: `recipient:${recipientId}`,
        pence: total.pence,
        entry: total.entry!,
        illustrative: mark,
        currency,
        labels: [bodyName, names.get(recipientId) ?? words(recipientId)],
        addresses: [address, `recipients/${recipientId}`],
        tiers: ['body', 'recipient'],
      });
    }
    const { available } = envelope.total;
    if (available.pence > 0)
      links.push({
        from: body,
        to: `left:${envelope.bodyId}`,
        pence: available.pence,
        entry: available.entry!,
        illustrative: 'no',
        currency,
        labels: [bodyName, 'Still to be decided'],
        addresses: [address, address],
        tiers: ['body', 'left'],
      });
  }

  return [...Map.groupBy(links, ({ currency }) => currency)].map(([currency, some]) => {
    const merged = [...Map.groupBy(some, ({ from, to }) => `${from} > ${to}`).values()].map((same) => ({
      ...same[0]!,
      pence: same.reduce((sum, { pence }) => sum + pence, 0),
      entry: Math.max(...same.map(({ entry }) => entry)),
    }));
    const ids = [...new Set(merged.flatMap(({ from, to }) => [from, to]))];
    const nodes = ids.map((id): FlowNode => {
      const incoming = merged.filter(({ to }) => to === id);
      const outgoing = merged.filter(({ from }) => from === id);
      const [seen, side] = incoming[0] === undefined ? [outgoing[0]!, 0 as const] : [incoming[0], 1 as const];
      const pence = (incoming.length > 0 ? incoming : outgoing).reduce((sum, link) => sum + link.pence, 0);
      return {
        id,
        tier: seen.tiers[side],
        label: seen.labels[side],
        pence,
        address: seen.addresses[side],
        illustrative: seen.illustrative,
      };
    });
    return { currency, nodes, links: merged.map(({ entry, from, illustrative, pence, to }) => ({ from, to, pence, entry, illustrative })) };
  });
}

export const flowsQuery: LedgerQuery<NoParams, readonly Flows[]> = {
  name: 'flows',
  says: 'Where the money is: from the giver through fund and body to the group, and what is still to be decided',
  params: [],
  answer: flowsOf,
};

export type ChainStep = Readonly<{
  act: 'received' | 'split' | 'given' | 'decided' | 'agreed' | 'paid';
  by: string;
  address: string | null;
  pence: number;
  currency: string;
  place: string;
  entry: number;
  illustrative: Illustrative;
}>;

/** How a pound got there: each act that let money move on, and where it came to rest. */
async function chainOf(
  read: Reading,
  { awardId, decisionId, ...place }: Place & { awardId?: string; decisionId?: string },
): Promise<readonly ChainStep[] | undefined> {
  const envelope = await read.row(envelopes, place);
  if (envelope === undefined) return undefined;
  const { currency } = envelope;
  const names = await read.lookUp(organisations, 'organisationId', 'name');
  const body = await read.row(bodies, { bodyId: place.bodyId });
  const all = await read.rows(lots, { fundId: place.fundId });
  const mine = all.filter((lot) => envelope.lots.some(({ lotId }) => lotId === lot.lotId));
  const roots = mine.map((lot) => rootOf(all, lot)).toSorted((a, b) => a.entry - b.entry);
  const sum = (rows: readonly { amountPence: number }[]) => rows.reduce((total, one) => total + one.amountPence, 0);
  const latest = (rows: readonly { entry: number }[]) => Math.max(...rows.map(({ entry }) => entry));
  const mark = (rows: readonly { illustrative: Illustrative }[]): Illustrative =>
    rows.find(({ illustrative }) => illustrative !== 'no')?.illustrative ?? 'no';
  const given = envelope.decisionRef === null ? undefined : (await decisionsOf(read, { decisionId: envelope.decisionRef }))[0];

  const parts = mine.filter(({ fromLotId }) => fromLotId !== null);
  const decided = (await decisionsOf(read))
    .map((row) => ({
      row,
      effects: row.recorded.effects.filter(
        (one) =>
          one.fundId === place.fundId &&
          one.bodyId === place.bodyId &&
          one.period === place.period &&
          (awardId === undefined || one.awardId === awardId),
      ),
    }))
    .filter(
      ({ effects, row }) =>
        effects.length > 0 &&
        (decisionId === undefined || row.decisionId === decisionId) &&
        row.beyondEntry === null &&
        row.rescindedOn === null,
    );
  const ids = new Set(decided.flatMap(({ effects }) => effects.map((one) => one.awardId)));
  const signed = (await read.rows(awards, place)).filter(
    (one) => ids.has(one.awardId) && one.signedOn !== null && one.signedOn <= read.asAt,
  );
  const paid = (await read.rows(payments, place)).filter((one) => ids.has(one.awardId));
  const groups = (count: number, one: string, many: string) => (count === 1 ? `one ${one}` : `${count} ${many}`);

  return [
    {
      act: 'received',
      by: [...new Set(roots.map(({ giver }) => names.get(giver ?? '') ?? words(giver ?? 'unknown')))].join(', '),
      address: `funds/${place.fundId}`,
      pence: sum([...new Set(roots)]),
      currency,
      place: 'received into the fund',
      entry: latest(roots),
      illustrative: mark(roots),
    },
    ...(parts.length === 0
      ? []
      : [
          {
            act: 'split' as const,
            by: `the ${parts.map(({ shareBasisPoints }) => `${(shareBasisPoints ?? 0) / 100} per cent`).join(', ')} rule`,
            address: `funds/${place.fundId}`,
            pence: sum(parts),
            currency,
            place: `set aside as the ${parts.map(({ lotId }) => words(lotId).toLowerCase()).join(', ')} part`,
            entry: latest(parts),
            illustrative: mark(parts),
          },
        ]),
    {
      act: 'given',
      by: given?.title ?? 'the fund’s holder',
      address: given === undefined ? null : `decisions/${given.decisionId}`,
      pence: envelope.amountPence,
      currency,
      place: `in the hands of ${body?.name ?? words(place.bodyId)}`,
      entry: envelope.entry,
      illustrative: given?.illustrative ?? envelope.illustrative,
    },
    ...decided.map(({ effects, row }): ChainStep => ({
      act: 'decided',
      by: row.title,
      address: `decisions/${row.decisionId}`,
      pence: sum(effects),
      currency,
      place: `awarded to ${groups(effects.length, 'group', 'groups')}`,
      entry: row.confirmedEntry ?? row.entry,
      illustrative: row.illustrative,
    })),
    ...(signed.length === 0
      ? []
      : [
          {
            act: 'agreed' as const,
            by: groups(signed.length, 'signed agreement', 'signed agreements'),
            address: 'awards',
            pence: sum(signed),
            currency,
            place: `promised to ${groups(signed.length, 'group', 'groups')}`,
            entry: Math.max(...signed.map(({ signedEntry }) => signedEntry!)),
            illustrative: mark(signed),
          },
        ]),
    ...(paid.length === 0
      ? []
      : [
          {
            act: 'paid' as const,
            by: groups(paid.length, 'payment', 'payments'),
            address: 'awards',
            pence: sum(paid),
            currency,
            place: 'paid so far',
            entry: latest(paid),
            illustrative: mark(paid),
          },
        ]),
  ];
}
export const mandateChainQuery: LedgerQuery<Place & { awardId?: string; decisionId?: string }, readonly ChainStep[]> = {
  name: 'mandate-chain',
  says: 'How a pound got there: each act that let it move on, and the entry that proves it',
  params: ['fundId', 'bodyId', 'period', 'awardId?', 'decisionId?'],
  answer: chainOf,
};
