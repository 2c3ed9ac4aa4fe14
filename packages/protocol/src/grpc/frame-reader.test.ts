import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame } from './frame.js';
import { FrameReader } from './frame-reader.js';
import { GrpcError } from './status.js';

const LIMIT = 200;

/** What a reader makes of chunks: the messages, and how it ended. */
function read(chunks: readonly Uint8Array[], encoding = 'identity') {
  const messages: string[] = [];
  const reader = new FrameReader(LIMIT, (batch) => {
    for (const message of batch) messages.push(Buffer.from(message).toString('hex'));
  });
  reader.encoding = encoding;
  try {
    for (const chunk of chunks) reader.push(Buffer.from(chunk));
    reader.finish();
    return { messages, problem: null };
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    return { messages, problem: `${error.status} ${error.message}` };
  }
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.map((place) => place % (bytes.byteLength + 1)), bytes.byteLength].sort(
    (a, b) => a - b,
  );
  return places.slice(1).map((place, i) => bytes.subarray(places[i], place));
}

function packed(message: Uint8Array): Uint8Array {
  const framed = frame(gzipSync(message));
  framed[0] = 1;
  return framed;
}

const cuts = fc.array(fc.nat(2_000), { maxLength: 12 });

describe('FrameReader', () => {
  it('gives the messages that were framed, wherever the chunks are cut', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: LIMIT }), { maxLength: 12 });
    fc.assert(
      fc.property(messages, cuts, (messages, at) => {
        const bytes = Buffer.concat(messages.map((message) => frame(message)));
        const wanted = messages.map((message) => Buffer.from(message).toString('hex'));
        expect(read(cut(bytes, at))).toEqual({ messages: wanted, problem: null });
      }),
      { numRuns: 2_000 },
    );
  });

  it('makes the same of malformed bytes, wherever the chunks are cut', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: LIMIT }).map((message) => frame(message)),
      fc.uint8Array({ maxLength: LIMIT }).map((message) => packed(message)),
      fc
        .tuple(fc.constantFrom(0, 1, 2), fc.nat(300))
        .map(([flag, length]) => Uint8Array.of(flag, 0, 0, length >> 8, length)),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        cuts,
        fc.constantFrom('identity', 'gzip'),
        (pieces, at, encoding) => {
          const bytes = Buffer.concat(pieces);
          expect(read(cut(bytes, at), encoding)).toEqual(read([bytes], encoding));
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it('lets a message point into the chunk it lies in', () => {
    const chunk = Buffer.from(frame(Buffer.from('whole')));
    const seen: Uint8Array[] = [];
    new FrameReader(LIMIT, (batch) => seen.push(...batch)).push(chunk);
    expect(seen[0]?.buffer).toBe(chunk.buffer);
  });

  it('hands over what came before a message that is too long, and names limit and size', () => {
    const bytes = Buffer.concat([frame(Buffer.from('ab')), frame(Buffer.alloc(LIMIT + 1))]);
    expect(read([bytes])).toEqual({
      messages: ['6162'],
      problem: '8 a message is larger than the limit of 200 bytes: it has 201',
    });
  });

  it('sets nothing aside for a length that was only announced', () => {
    const reader = new FrameReader(4_000_000, () => {});
    reader.push(Buffer.from([0, 0, 60, 0, 0, 1]));
    expect(reader.held).toBeLessThanOrEqual(64 * 1024);
  });

  it('copies a large message in small chunks a bounded number of times', () => {
    const size = 4_000_000;
    const reader = new FrameReader(size, () => {});
    let grown = 0;
    let held = 0;
    const bytes = Buffer.from(frame(Buffer.alloc(size)));
    for (let at = 0; at < bytes.byteLength - 100; at += 100) {
      reader.push(bytes.subarray(at, at + 100));
      if (reader.held !== held) grown += reader.held;
      held = reader.held;
    }
    expect(grown).toBeLessThan(3 * size);
  });

  it('unpacks gzip up to the limit, and says what is wrong with what it cannot', () => {
    const message = Buffer.alloc(LIMIT, 7);
    expect(read([packed(message)], 'gzip')).toEqual({ messages: [message.toString('hex')], problem: null });
    expect(read([packed(Buffer.alloc(LIMIT + 1))], 'gzip').problem).toContain('8 a message is larger than');
    expect(read([packed(message)]).problem).toContain('grpc-encoding says not how');
    expect(read([Buffer.from([1, 0, 0, 0, 2, 9, 9])], 'gzip').problem).toContain(
      'is marked as gzip, but is none',
    );
    expect(read([Buffer.from([2, 0, 0, 0, 0])]).problem).toContain('begins with 2');
  });

  it('does not hold all that a chunk of compressed messages unpacks to at once', () => {
    const batches: number[] = [];
    const reader = new FrameReader(LIMIT, (batch) => batches.push(batch.length));
    reader.encoding = 'gzip';
    reader.push(Buffer.concat(Array.from({ length: 10 }, () => packed(Buffer.alloc(LIMIT)))));
    expect(batches).toEqual([2, 2, 2, 2, 2]);
  });

  it('says where a stream broke off', () => {
    expect(read([Buffer.from([0, 0, 0, 0, 9, 1, 1])]).problem).toBe(
      '13 the stream ended inside a message: 7 of 14 bytes came',
    );
  });
});
