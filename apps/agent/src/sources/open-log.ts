import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { Checkpoint, Piece } from './flow-source.js';
import { LineSplitter } from './line-splitter.js';

const HEAD_BYTES = 1024;
const CHUNK_BYTES = 262_144;

/** A file that is being read, and how far. */
export class OpenLog {
  #head: Buffer;
  #splitter: LineSplitter;

  private constructor(
    readonly path: string,
    readonly inode: bigint,
    readonly born: bigint,
    readonly handle: FileHandle,
    from: Checkpoint | null,
    head: Buffer,
    readonly onOverlong: (line: number) => void,
  ) {
    this.#head = head;
    this.#splitter = new LineSplitter(from?.offset, from?.line, onOverlong);
  }

  /**
   * Opens a file at the checkpoint, or at its start. Null when there is no such file, or when it is not the
   * one the checkpoint is of.
   */
  static async open(
    path: string,
    from: Checkpoint | null,
    onOverlong: (line: number) => void,
  ): Promise<OpenLog | null> {
    const handle = await open(path, 'r').catch(ignoreMissing);
    if (handle === null) return null;
    const { ino, birthtimeNs, size } = await handle.stat({ bigint: true });
    const head = await readAt(handle, 0, from?.headLength ?? 0);
    if (from !== null && (Number(size) < from.offset || !isHeadOf(head, from))) {
      await handle.close();
      return null;
    }
    return new OpenLog(path, ino, birthtimeNs, handle, from, head, onOverlong);
  }

  /** Reads on. False at the end of the file. */
  async read(): Promise<boolean> {
    const position = this.#splitter.offset + this.#splitter.waiting;
    const chunk = await readAt(this.handle, position, CHUNK_BYTES);
    if (chunk.length === 0) return false;
    if (position <= this.#head.length && this.#head.length < HEAD_BYTES) {
      const fresh = chunk.subarray(this.#head.length - position);
      this.#head = Buffer.concat([this.#head, fresh]).subarray(0, HEAD_BYTES);
    }
    this.#splitter.feed(chunk);
    return true;
  }

  /** The complete lines read and not yet taken. */
  *pieces(most: number): Generator<Piece> {
    for (;;) {
      const { lines, numbers } = this.#splitter.take(most);
      if (lines.length === 0) return;
      yield { lines, numbers, checkpoint: this.checkpoint() };
    }
  }

  /** What stands after the last line end, once nobody will end it. */
  *rest(): Generator<Piece> {
    const { lines, numbers } = this.#splitter.takeRest();
    if (lines.length > 0) yield { lines, numbers, checkpoint: this.checkpoint() };
  }

  checkpoint(): Checkpoint {
    const { offset, line } = this.#splitter;
    const head = this.#head.subarray(0, Math.min(offset, HEAD_BYTES));
    return { inode: String(this.inode), offset, line, headLength: head.length, headCrc: crc32(head) };
  }

  /** True when what was read is no longer what the file begins with: it was cut short and perhaps written again. */
  async isRewritten(): Promise<boolean> {
    const { size } = await this.handle.stat();
    if (size < this.#splitter.offset + this.#splitter.waiting) return true;
    const checkpoint = this.checkpoint();
    return !isHeadOf(await readAt(this.handle, 0, checkpoint.headLength), checkpoint);
  }

  /** Begins again at the start. */
  restart(): void {
    this.#head = Buffer.alloc(0);
    this.#splitter = new LineSplitter(0, 0, this.onOverlong);
  }

  async close(): Promise<void> {
    await this.handle.close();
  }
}

/** Turns the error of a file that is not there into null. */
export function ignoreMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}

function isHeadOf(head: Buffer, { headLength, headCrc }: Checkpoint): boolean {
  return head.length === headLength && crc32(head) === headCrc;
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0);
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
