import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import status from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, type ServiceError, status as code } from '@grpc/grpc-js';
import any from 'google-protobuf/google/protobuf/any_pb.js';
import empty from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Message } from 'google-protobuf';
import type { Answer, Expected, LogRecord, Proposed } from './server-log.js';

/** Between the client's generated messages and the log's plain values. */
export const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');
const identify = (stream: string) => new shared.StreamIdentifier().setStreamName(Buffer.from(stream).toString('base64'));

export const proposed = (message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): Proposed => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

export const expectedOf = (options: AppendReq.Options | BatchAppendReq.Options): Expected => {
  if (options.hasNoStream()) return 'no_stream';
  if (options.hasAny()) return 'any';
  if (options.hasStreamExists()) return 'stream_exists';
  return BigInt('getRevision' in options ? options.getRevision() : options.getStreamPosition());
};

/** One error of the service, with the exception's name where the client looks for it. */
export const failure = (grpcCode: code, exception?: string, more: Readonly<Record<string, string>> = {}): ServiceError => {
  const metadata = new Metadata();
  if (exception !== undefined) metadata.set('exception', exception);
  for (const [name, value] of Object.entries(more)) metadata.set(name, value);
  return Object.assign(new Error(exception ?? code[grpcCode]), { code: grpcCode, details: exception ?? code[grpcCode], metadata });
};

const wrapped = (name: string, message: Message) => {
  const packed = new any.Any();
  packed.pack(message.serializeBinary(), `event_store.client.${name}`);
  return packed;
};
const position = (at: bigint) => new shared.AllStreamPosition().setCommitPosition(String(at)).setPreparePosition(String(at));

/** The answer on the batch path. */
export function batchAnswer(request: BatchAppendReq, stream: string, answer: Answer, expected: Expected): BatchAppendResp {
  const response = new streams.BatchAppendResp().setCorrelationId(request.getCorrelationId()).setStreamIdentifier(identify(stream));
  if (answer.is === 'success') {
    const success = new streams.BatchAppendResp.Success().setCurrentRevision(String(answer.revision));
    if (answer.position === null) success.setNoPosition(new empty.Empty());
    else success.setPosition(position(answer.position));
    return response.setSuccess(success);
  }
  const error = new status.Status().setMessage(answer.is);
  if (answer.is === 'conflict') {
    const conflict = new shared.WrongExpectedVersion();
    if (answer.actual === null) conflict.setCurrentNoStream(new empty.Empty());
    else conflict.setCurrentStreamRevision(String(answer.actual));
    if (typeof expected === 'bigint') conflict.setExpectedStreamPosition(String(expected));
    else conflict.setExpectedNoStream(new empty.Empty());
    error.setDetails(wrapped('WrongExpectedVersion', conflict));
  } else if (answer.is === 'deleted') {
    error.setDetails(wrapped('StreamDeleted', new shared.StreamDeleted().setStreamIdentifier(identify(stream))));
  } else if (answer.is === 'too large') {
    error.setDetails(wrapped('MaximumAppendSizeExceeded', new shared.MaximumAppendSizeExceeded().setMaxappendsize(1024 * 1024)));
  } else {
    error.setDetails(wrapped('BadRequest', new shared.BadRequest().setMessage(answer.words)));
  }
  return response.setError(error);
}

/** The batch path's word for an outcome that the server itself does not know. */
export const batchUnknown = (request: BatchAppendReq, stream: string, kind: 'Timeout' | 'Unknown'): BatchAppendResp =>
  new streams.BatchAppendResp()
    .setCorrelationId(request.getCorrelationId())
    .setStreamIdentifier(identify(stream))
    .setError(new status.Status().setMessage(kind).setDetails(wrapped(kind, new shared[kind]())));

/** The answer on the unary path: a conflict is a message, everything else that is wrong an error. */
export function unaryAnswer(stream: string, answer: Answer, expected: Expected): AppendResp {
  const response = new streams.AppendResp();
  switch (answer.is) {
    case 'success': {
      const success = new streams.AppendResp.Success().setCurrentRevision(String(answer.revision));
      if (answer.position === null) success.setNoPosition(new shared.Empty());
      else {
        const at = new streams.AppendResp.Position();
        success.setPosition(at.setCommitPosition(String(answer.position)).setPreparePosition(String(answer.position)));
      }
      return response.setSuccess(success);
    }
    case 'conflict': {
      const conflict = new streams.AppendResp.WrongExpectedVersion();
      if (answer.actual === null) conflict.setCurrentNoStream(new shared.Empty());
      else conflict.setCurrentRevision(String(answer.actual));
      if (typeof expected === 'bigint') conflict.setExpectedRevision(String(expected));
      else conflict.setExpectedNoStream(new shared.Empty());
      return response.setWrongExpectedVersion(conflict);
    }
    case 'deleted':
      throw failure(code.FAILED_PRECONDITION, 'stream-deleted', { 'stream-name': stream });
    case 'too large':
      throw failure(code.INVALID_ARGUMENT, 'maximum-append-size-exceeded', { 'maximum-append-size': String(1024 * 1024) });
    case 'bad request':
      throw failure(code.INVALID_ARGUMENT);
  }
}

const TICKS_PER_MS = 10_000n;
/** One record as a reader gets it: created in steps of 100 nanoseconds, both halves of the position equal. */
export function readEvent(record: LogRecord): ReadResp {
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(record.id))
    .setStreamIdentifier(identify(record.stream))
    .setStreamRevision(String(record.revision))
    .setCommitPosition(String(record.position))
    .setPreparePosition(String(record.position))
    .setData(record.data)
    .setCustomMetadata(record.metadata);
  event
    .getMetadataMap()
    .set('type', record.type)
    .set('content-type', record.contentType)
    .set('created', String(BigInt(record.createdMs) * TICKS_PER_MS + 1234n));
  return new streams.ReadResp().setEvent(new streams.ReadResp.ReadEvent().setEvent(event).setCommitPosition(String(record.position)));
}
export const notFound = (stream: string): ReadResp =>
  new streams.ReadResp().setStreamNotFound(new streams.ReadResp.StreamNotFound().setStreamIdentifier(identify(stream)));
export const confirmed = (id: string): ReadResp =>
  new streams.ReadResp().setConfirmation(new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId(id));
export const caughtUp = (): ReadResp => new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp());
export const checkpoint = (at: bigint): ReadResp =>
  new streams.ReadResp().setCheckpoint(new streams.ReadResp.Checkpoint().setCommitPosition(String(at)).setPreparePosition(String(at)));
