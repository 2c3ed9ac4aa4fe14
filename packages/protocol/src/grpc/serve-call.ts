import type { ServerHttp2Stream } from 'node:http2';
import { frame } from './frame.js';
import { FrameReader } from './frame-reader.js';
import type { MessageSink, Method } from './method.js';
import type { ServerCall } from './server-call.js';
import { GrpcError, GrpcStatus } from './status.js';
import type { UnfinishedBytes } from './unfinished-bytes.js';

export interface Serving {
  readonly stream: ServerHttp2Stream;
  readonly call: ServerCall;
  readonly encoding: string;
  readonly messageBytes: number;
  readonly unfinished: UnfinishedBytes;
  /** Turns what a handler threw into what the peer is told. */
  readonly told: (error: unknown) => GrpcError;
  readonly onMessages: (count: number) => void;
  readonly onRefused: () => void;
}

/** Serves one call by its method; every way it can fail ends this call alone. */
export function serveCall(method: Method, serving: Serving): void {
  if (method.kind === 'messages') {
    serveMessages(method, serving);
    return;
  }
  const { call } = serving;
  readOne(serving, (request) => {
    const answered =
      method.kind === 'unary' ? answer(method, request, call) : streamAnswers(method, request, call);
    answered.catch((error: unknown) => call.close(serving.told(error)));
  });
}

type Kind<K extends Method['kind']> = Extract<Method, { kind: K }>;

async function answer(method: Kind<'unary'>, request: Uint8Array, call: ServerCall): Promise<void> {
  const response = await method.handle(request, call);
  call.write(frame(response));
  call.close();
}

async function streamAnswers(
  method: Kind<'server-stream'>,
  request: Uint8Array,
  call: ServerCall,
): Promise<void> {
  for await (const message of method.handle(request, call)) {
    if (call.over) return;
    call.cork();
    if (!call.write(frame(message))) await call.drained();
    if (call.over) return;
  }
  call.close();
}

function serveMessages(method: Kind<'messages'>, serving: Serving): void {
  const { call, told, onMessages } = serving;
  let sink: MessageSink;
  try {
    sink = method.open(call);
  } catch (error) {
    call.close(told(error));
    return;
  }
  const guarded = (work: () => void) => {
    try {
      work();
    } catch (error) {
      call.close(told(error));
    }
  };
  // Also where the sink closed the call while it opened: it is told after it is known.
  const closed = () => process.nextTick(() => guarded(() => sink.closed()));
  if (call.over) closed();
  else call.whenOver(closed);
  call.begin();
  read(serving, {
    messages: (batch) => {
      onMessages(batch.length);
      guarded(() => sink.messages(batch));
    },
    end: () => guarded(() => sink.end()),
  });
}

/** The single message of a request; anything else is a breach that gRPC answers with UNIMPLEMENTED. */
function readOne(serving: Serving, then: (request: Uint8Array) => void): void {
  const { call, onMessages } = serving;
  let request: Uint8Array | null = null;
  read(serving, {
    messages: (batch) => {
      onMessages(batch.length);
      const [first] = batch;
      if (first === undefined) return;
      if (request !== null || batch.length > 1) {
        call.close(new GrpcError(GrpcStatus.unimplemented, 'this method takes one message, and more came'));
      }
      request = first;
    },
    end: () => {
      if (request !== null) then(request);
      else
        call.close(new GrpcError(GrpcStatus.unimplemented, 'this method takes one message, and none came'));
    },
  });
}

interface Reading {
  messages(batch: Uint8Array[]): void;
  end(): void;
}

function read({ stream, call, encoding, messageBytes, unfinished, onRefused }: Serving, to: Reading): void {
  const reader = new FrameReader(messageBytes, (batch) => {
    if (!call.over) to.messages(batch);
  });
  reader.encoding = encoding;
  let held = 0;
  const guarded = (work: () => void) => {
    if (call.over) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof GrpcError)) throw error;
      onRefused();
      call.close(error);
    }
  };
  stream.on('data', (chunk: Buffer) => {
    guarded(() => {
      reader.push(chunk);
      if (call.over) return reader.clear();
      if (reader.held === held) return;
      unfinished.change(reader.held - held);
      held = reader.held;
      unfinished.check();
    });
  });
  stream.on('end', () => {
    // A stream that was reset or lost ends as well: that is no word of the peer's.
    if (stream.closed) return;
    guarded(() => {
      reader.finish();
      to.end();
    });
  });
  call.whenOver(() => {
    reader.clear();
    unfinished.change(-held);
    held = 0;
  });
}
