import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { RequestError } from '../errors.js';

/**
 * Reads a request body to the end as text, decompressing it. Throws RequestError when it is larger than
 * `mostSent` bytes as sent or `mostUnpacked` bytes unpacked: a small body cannot become a large one unseen.
 */
export async function unpack(
  body: Readable,
  encoding: string | undefined,
  mostSent: number,
  mostUnpacked: number,
): Promise<string> {
  let sent = 0;
  const counted = body.on('data', (chunk: Buffer) => {
    sent += chunk.length;
    if (sent > mostSent) {
      body.destroy(tooLarge(`the body is larger than ${mostSent} bytes; send smaller batches`));
    }
  });
  const plain = decoder(encoding);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const source =
      plain === null ? counted : counted.on('error', (error) => plain.destroy(error)).pipe(plain);
    for await (const chunk of source as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > mostUnpacked) {
        throw tooLarge(
          `the body is larger than ${mostUnpacked} bytes once decompressed; send smaller batches`,
        );
      }
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RequestError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new RequestError('bad-encoding', 400, `the body cannot be read as ${encoding ?? 'sent'}: ${why}`);
  }
  return Buffer.concat(chunks).toString('utf8');
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
