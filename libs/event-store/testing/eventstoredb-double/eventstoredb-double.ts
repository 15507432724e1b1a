import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  ReadReq,
  ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import {
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  type sendUnaryData,
  status as code,
} from '@grpc/grpc-js';
import { type Answer, type LogRecord, type Proposed, ServerLog } from './server-log.js';
import {
  batchAnswer,
  batchUnknown,
  caughtUp,
  checkpoint,
  confirmed,
  expectedOf,
  failure,
  nameOf,
  notFound,
  proposed,
  readEvent,
  unaryAnswer,
} from './wire.js';

/** What goes wrong with the next append: once each, in the order given. */
export type AppendFault =
  /** The connection's stream ends before the append is written, or after it, unanswered. */
  | 'dropped before writing'
  | 'dropped after writing'
  /** Written, and no answer ever. */
  | 'silent after writing'
  /** Not written, and no answer ever. */
  | 'silent'
  /** The server says that it does not know, having written. */
  | 'timeout after writing'
  | 'unknown'
  /** Answered twice, as a real server does with a bad request. */
  | 'answered twice'
  | 'answered late'
  /** An answer that belongs to nobody arrives first. */
  | 'stray answer'
  | 'not leader';

const LATE_MS = 300;

/** EventStoreDB as its client meets it: the real wire, a log of its own, and switches for what goes wrong. */
export class EventStoreDbDouble {
  readonly log: ServerLog;
  /** Turn off to make the client use the unary path. */
  batching = true;
  readonly faults: AppendFault[] = [];
  /** Where each subscription asked to go on from: "start", "end" or the bytes. */
  readonly subscribedFrom: string[] = [];
  /** How often anybody asked to read. */
  reads = 0;
  /** Reads that hang without a word. */
  silentReads = 0;
  private readonly subscriptions = new Set<ServerWritableStream<ReadReq, ReadResp>>();
  private readonly server = new Server({ 'grpc.max_receive_message_length': 20 * 1024 * 1024 });
  private port = 0;

  private constructor(nowMs: () => number) {
    this.log = new ServerLog(nowMs);
  }

  /** Starts on a free port of this machine. `nowMs` is the server's own clock, which may be set back. */
  static async start(nowMs: () => number = Date.now): Promise<EventStoreDbDouble> {
    const double = new EventStoreDbDouble(nowMs);
    const { server } = double;
    server.addService(streamsService.StreamsService, {
      read: double.read,
      append: double.append,
      batchAppend: double.batchAppend,
    });
    server.addService(featuresService.ServerFeaturesService, {
      getSupportedMethods: double.supported,
    });
    double.port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (failed, port) => (failed ? reject(failed) : resolve(port))),
    );
    return double;
  }
  address(ledger: string): string {
    return `esdb://127.0.0.1:${this.port}?tls=false&ledger=${ledger}`;
  }
  stop(): void {
    this.server.forceShutdown();
  }
  dropSubscriptions(): void {
    for (const call of this.subscriptions) call.emit('error', failure(code.UNAVAILABLE));
  }

  private readonly supported = (_: ServerUnaryCall<Empty, SupportedMethods>, answer: sendUnaryData<SupportedMethods>) => {
    const methods = new features.SupportedMethods().setEventStoreServerVersion('24.6.0');
    const names = ['read', 'append', ...(this.batching ? ['batchappend'] : [])];
    methods.setMethodsList(
      names.map((name) => new features.SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName(name)),
    );
    answer(null, methods);
  };

  private readonly batchAppend = (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>) => {
    const begun = new Map<string, { first: BatchAppendReq; events: Proposed[] }>();
    call.on('error', () => undefined);
    call.on('end', () => call.end());
    call.on('data', (request: BatchAppendReq) => {
      const correlation = request.getCorrelationId()?.getString() ?? '';
      const one = begun.get(correlation) ?? { first: request, events: [] };
      begun.set(correlation, one);
      one.events.push(...request.getProposedMessagesList().map(proposed));
      if (!request.getIsFinal()) return;
      begun.delete(correlation);
      this.answerBatch(call, one.first, one.events);
    });
  };

  private answerBatch(call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>, request: BatchAppendReq, events: readonly Proposed[]) {
    const options = request.getOptions()!;
    const stream = nameOf(options.getStreamIdentifier());
    const expected = expectedOf(options);
    const fault = this.faults.shift();
    if (fault === 'dropped before writing') return void call.emit('error', failure(code.UNAVAILABLE));
    if (fault === 'not leader') return void call.emit('error', this.notLeader());
    if (fault === 'silent') return;
    if (fault === 'unknown') return void call.write(batchUnknown(request, stream, 'Unknown'));
    const judged: Answer = this.log.append(stream, expected, events);
    const answer = batchAnswer(request, stream, judged, expected);
    if (fault === 'dropped after writing') return void call.emit('error', failure(code.UNAVAILABLE));
    if (fault === 'silent after writing') return;
    if (fault === 'timeout after writing') return void call.write(batchUnknown(request, stream, 'Timeout'));
    if (fault === 'stray answer') call.write(answer.clone().setCorrelationId(undefined));
    const send = () => {
      call.write(answer);
      // The server answers a bad request a second time, which its own client cannot match.
      if (judged.is === 'bad request' || fault === 'answered twice') call.write(answer);
    };
    if (fault === 'answered late') setTimeout(send, LATE_MS);
    else send();
  }

  private notLeader = () =>
    failure(code.NOT_FOUND, 'not-leader', { 'leader-endpoint-host': '127.0.0.1', 'leader-endpoint-port': String(this.port) });

  private readonly append = (call: ServerReadableStream<AppendReq, AppendResp>, respond: sendUnaryData<AppendResp>) => {
    let options: AppendReq.Options | undefined;
    const events: Proposed[] = [];
    call.on('error', () => undefined);
    call.on('data', (request: AppendReq) => {
      options = request.getOptions() ?? options;
      const message = request.getProposedMessage();
      if (message !== undefined) events.push(proposed(message));
    });
    call.on('end', () => {
      const stream = nameOf(options!.getStreamIdentifier());
      const expected = expectedOf(options!);
      const fault = this.faults.shift();
      if (fault === 'silent') return;
      if (fault === 'dropped before writing' || fault === 'unknown')
        return respond(failure(fault === 'unknown' ? code.UNKNOWN : code.UNAVAILABLE));
      if (fault === 'not leader') return respond(this.notLeader());
      const judged = this.log.append(stream, expected, events);
      if (fault === 'silent after writing') return;
      if (fault === 'dropped after writing') return respond(failure(code.UNAVAILABLE));
      if (fault === 'timeout after writing') return respond(failure(code.ABORTED));
      try {
        respond(null, unaryAnswer(stream, judged, expected));
      } catch (failed) {
        respond(failed as Error);
      }
    });
  };

  private readonly read = (call: ServerWritableStream<ReadReq, ReadResp>) => {
    call.on('error', () => undefined);
    const options = call.request.getOptions()!;
    if (options.hasSubscription()) return this.subscribe(call, options);
    this.reads += 1;
    if (this.silentReads > 0) {
      this.silentReads -= 1;
      return;
    }
    const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
    const count = Number(options.getCount());
    const found = options.hasAll() ? this.everything(options, backwards) : this.oneStream(options, backwards);
    if (found === 'deleted')
      return void call.emit(
        'error',
        failure(code.FAILED_PRECONDITION, 'stream-deleted', { 'stream-name': nameOf(options.getStream()!.getStreamIdentifier()) }),
      );
    if (found === 'not found') call.write(notFound(nameOf(options.getStream()!.getStreamIdentifier())));
    else found.slice(0, count).forEach((record) => call.write(readEvent(record)));
    call.end();
  };

  private everything(options: ReadReq.Options, backwards: boolean): readonly LogRecord[] {
    const all = options.getAll()!;
    const { records } = this.log;
    if (all.hasStart()) return backwards ? [] : records;
    if (all.hasEnd()) return backwards ? [...records].reverse() : [];
    const at = BigInt(all.getPosition()!.getCommitPosition());
    // Forwards from a position gives the event that stands there first; backwards the one before it.
    return backwards ? records.filter(({ position }) => position < at).reverse() : records.filter(({ position }) => position >= at);
  }

  private oneStream(options: ReadReq.Options, backwards: boolean): readonly LogRecord[] | 'not found' | 'deleted' {
    const wanted = options.getStream()!;
    const visible = this.log.visible(nameOf(wanted.getStreamIdentifier()));
    if (typeof visible === 'string') return visible;
    if (wanted.hasEnd()) return backwards ? [...visible].reverse() : [];
    const from = wanted.hasRevision() ? BigInt(wanted.getRevision()) : 0n;
    return backwards ? visible.filter(({ revision }) => revision <= from).reverse() : visible.filter(({ revision }) => revision >= from);
  }

  private subscribe(call: ServerWritableStream<ReadReq, ReadResp>, options: ReadReq.Options): void {
    const all = options.getAll()!;
    const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList();
    // Exclusive of the position that was named.
    let last = all.hasPosition()
      ? BigInt(all.getPosition()!.getCommitPosition())
      : all.hasEnd()
        ? (this.log.records.at(-1)?.position ?? 0n)
        : -1n;
    this.subscribedFrom.push(all.hasPosition() ? String(last) : all.hasEnd() ? 'end' : 'start');
    let live = false;
    const pump = () => {
      const next = this.log.records.filter(({ position }) => position > last);
      const wanted = next.filter(({ stream }) => prefixes === undefined || prefixes.some((prefix) => stream.startsWith(prefix)));
      wanted.forEach((record) => call.write(readEvent(record)));
      last = next.at(-1)?.position ?? last;
      if (prefixes !== undefined && next.length > 0) call.write(checkpoint(last));
      if (!live || next.length > 100) call.write(caughtUp());
      live = true;
    };
    call.write(confirmed(`subscription-${this.subscribedFrom.length}`));
    pump();
    const stop = this.log.onWrite(pump);
    const forget = () => {
      stop();
      this.subscriptions.delete(call);
    };
    call.on('cancelled', forget);
    call.on('error', forget);
    call.on('close', forget);
    this.subscriptions.add(call);
  }
}
