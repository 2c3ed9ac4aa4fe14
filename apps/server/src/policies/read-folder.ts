import { constants, type Stats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadProblem, ResourceFile } from '@vibrissa/policy';

export interface FolderLimits {
  /** Of all files together. */
  readonly maxBytes: number;
  readonly maxFiles: number;
  readonly maxFolders: number;
}

export const FOLDER_LIMITS: FolderLimits = { maxBytes: 67_108_864, maxFiles: 20_000, maxFolders: 2_000 };

/** What there is to read, before it is read. */
export interface FolderListing {
  /** From the folder on, in the order of their names. */
  readonly files: readonly string[];
  /** Where the folder itself and those in it really are, by what tells them from ones that take their place. */
  readonly folders: ReadonlyMap<string, string>;
  /** Another one when something changed. */
  readonly stamp: string;
  readonly problems: readonly ReadProblem[];
}

/** A folder that cannot be read at all; the message says what to do. */
export class FolderError extends Error {
  readonly code = 'bad-folder';
}

const ENDINGS = /\.(ya?ml|json)$/i;

/**
 * The YAML and JSON files in a folder and in those below it. Hidden ones are passed over, as Kubernetes keeps the
 * versions of what it mounts in such. Throws FolderError when the folder itself cannot be read.
 */
export async function listFolder(root: string, limits: FolderLimits = FOLDER_LIMITS): Promise<FolderListing> {
  const found = new Finds(root, limits);
  await found.folder('');
  return found.listing();
}

class Finds {
  readonly #files: string[] = [];
  readonly #folders = new Map<string, string>();
  readonly #stamps: string[] = [];
  readonly #problems: ReadProblem[] = [];
  /** Where links lead, so that one that leads up is not followed for ever. */
  readonly #seen = new Set<string>();
  #leftOut = 0;

  constructor(
    private readonly root: string,
    private readonly limits: FolderLimits,
  ) {}

  async folder(path: string): Promise<void> {
    const names = await this.#names(path);
    if (names === null) return;
    for (const name of names.sort()) {
      if (name.startsWith('.')) continue;
      const inside = path === '' ? name : `${path}/${name}`;
      const stats = await stat(join(this.root, inside)).catch(() => null);
      // Gone since the names were read, or a link that leads nowhere.
      if (stats === null) continue;
      if (stats.isDirectory()) await this.folder(inside);
      else if (stats.isFile() && ENDINGS.test(name)) this.#file(inside, stats);
    }
  }

  async #names(path: string): Promise<string[] | null> {
    const full = join(this.root, path);
    try {
      const real = await realpath(full);
      if (this.#seen.has(real)) return null;
      if (this.#seen.size >= this.limits.maxFolders) {
        this.#problem(path, `expected at most ${this.limits.maxFolders} folders: this one is left out`);
        return null;
      }
      this.#seen.add(real);
      const { ino } = await stat(real);
      const names = await readdir(real);
      this.#folders.set(`${ino} ${real}`, real);
      return names;
    } catch (error) {
      if (path === '') throw new FolderError(`${this.root} cannot be read: ${reasonOf(error)}`);
      if (!isGone(error)) this.#problem(path, `cannot be read: ${reasonOf(error)}`);
      return null;
    }
  }

  #file(path: string, { size, mtimeMs, ctimeMs, ino }: Stats): void {
    if (this.#files.length >= this.limits.maxFiles) {
      this.#leftOut++;
      return;
    }
    this.#files.push(path);
    this.#stamps.push(`${path} ${size} ${mtimeMs} ${ctimeMs} ${ino}`);
  }

  #problem(file: string, message: string): void {
    this.#problems.push(fileProblem(file, message));
  }

  listing(): FolderListing {
    const { maxFiles } = this.limits;
    if (this.#leftOut > 0) {
      const rest = this.#leftOut === 1 ? 'one is left out' : `${this.#leftOut} are left out`;
      this.#problem('', `expected at most ${maxFiles} files: ${rest}; put many objects into one file`);
    }
    const stamp = [...this.#stamps, ...this.#problems.map((problem) => JSON.stringify(problem))].join('\n');
    return { files: this.#files, folders: this.#folders, stamp, problems: this.#problems };
  }
}

/** The texts of the files that a listing names. Those gone since are passed over, those too large are problems. */
export async function readFiles(
  root: string,
  paths: readonly string[],
  { maxBytes }: FolderLimits = FOLDER_LIMITS,
): Promise<{ readonly files: readonly ResourceFile[]; readonly problems: readonly ReadProblem[] }> {
  const files: ResourceFile[] = [];
  const problems: ReadProblem[] = [];
  let left = maxBytes;
  for (const path of paths) {
    try {
      const bytes = await readUpTo(join(root, path), left);
      if (bytes === null) {
        problems.push(fileProblem(path, `expected at most ${maxBytes} bytes in all files: it is left out`));
        continue;
      }
      left -= bytes.length;
      files.push({ name: path, text: bytes.toString('utf8') });
    } catch (error) {
      if (!isGone(error)) problems.push(fileProblem(path, `cannot be read: ${reasonOf(error)}`));
    }
  }
  return { files, problems };
}

/** Null when there is more. */
async function readUpTo(path: string, most: number): Promise<Buffer | null> {
  // A pipe that took the file's place would be waited for without end.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error('it is no file');
    if (stats.size > most) return null;
    // One that grows meanwhile is read as it was.
    const bytes = Buffer.alloc(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

function fileProblem(file: string, message: string): ReadProblem {
  return { severity: 'error', file, document: 0, path: '', line: 0, message };
}

function isGone(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'there is no such folder'],
  ['ENOTDIR', 'it is no folder'],
  ['EACCES', 'this user may not read it'],
  ['ELOOP', 'its links lead in a circle'],
]);

function reasonOf(error: unknown): string {
  return REASONS.get(codeOf(error)) ?? (error instanceof Error ? error.message : String(error));
}
