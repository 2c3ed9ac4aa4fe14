import { gunzipSync } from 'node:zlib';
import { GrpcError, GrpcStatus } from './status.js';

/** Compressions we read, as `grpc-accept-encoding` names them. We send none. */
export const ACCEPTED_ENCODINGS = 'identity,gzip';

/** Throws UNIMPLEMENTED for a `grpc-encoding` that we cannot read. */
export function checkEncoding(encoding: string): void {
  if (encoding === 'identity' || encoding === 'gzip') return;
  throw new GrpcError(
    GrpcStatus.unimplemented,
    `grpc-encoding ${JSON.stringify(encoding.slice(0, 40))} is not known here: send ${ACCEPTED_ENCODINGS}`,
  );
}

/**
 * A message whose prefix says that it is compressed, unpacked to `most` bytes at most. Throws RESOURCE_EXHAUSTED
 * past that and INTERNAL for what is not what the headers announced, as gRPC's protocol page asks.
 */
export function unpackMessage(packed: Uint8Array, encoding: string, most: number): Uint8Array {
  if (encoding !== 'gzip') {
    throw new GrpcError(
      GrpcStatus.internal,
      'a message is marked as compressed, but grpc-encoding says not how',
    );
  }
  try {
    return gunzipSync(packed, { maxOutputLength: most });
  } catch (error) {
    if (error instanceof RangeError) throw tooLong(most, `unpacks to more than that`);
    throw new GrpcError(GrpcStatus.internal, 'a message is marked as gzip, but is none');
  }
}

/** The error for a message past the limit. */
export function tooLong(limit: number, size: string): GrpcError {
  return new GrpcError(
    GrpcStatus.resourceExhausted,
    `a message is larger than the limit of ${limit} bytes: it ${size}`,
  );
}
