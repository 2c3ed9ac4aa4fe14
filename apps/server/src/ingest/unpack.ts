import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { RequestError } from '../errors.js';

/** How many times the limit is read and thrown away, so that the sender hears why; past it the line is cut. */
const PATIENCE = 8;

/**
 * Reads a request body to the end, decompressing it. Throws RequestError when it is larger than
 * `mostSent` bytes as sent or `mostUnpacked` bytes unpacked: a small body cannot become a large one unseen.
 */
export async function unpack(
  body: Readable,
  encoding: string | undefined,
  mostSent: number,
  mostUnpacked: number,
): Promise<Buffer> {
  const plain = decoder(encoding);
  const sent = await readAll(body, mostSent);
  if (sent === null) throw tooLarge(`the body is larger than ${mostSent} bytes; send smaller batches`);
  if (plain === null) return sent;
  plain.end(sent);
  const unpacked = await readAll(plain, mostUnpacked, 1).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new RequestError('bad-encoding', 400, `the body cannot be read as ${encoding ?? 'sent'}: ${why}`);
  });
  if (unpacked === null) {
    throw tooLarge(`the body is larger than ${mostUnpacked} bytes once decompressed; send smaller batches`);
  }
  return unpacked;
}

/** Everything the stream holds, or null when that is more than `most` bytes. */
async function readAll(stream: Readable, most: number, patience = PATIENCE): Promise<Buffer | null> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
    else chunks = [];
    if (size > most * patience) break;
  }
  return size > most ? null : Buffer.concat(chunks);
}

function decoder(encoding: string | undefined) {
  switch (encoding) {
    case undefined:
    case 'identity':
      return null;
    case 'gzip':
      return createGunzip();
    case 'br':
      return createBrotliDecompress();
    default:
      throw new RequestError(
        'unknown-encoding',
        415,
        `content-encoding "${encoding}" is not read; send gzip, br or none`,
      );
  }
}

function tooLarge(message: string): RequestError {
  return new RequestError('too-large', 413, message);
}
