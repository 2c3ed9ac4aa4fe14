import { X509Certificate } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { ServerTls } from '@vibrissa/protocol/grpc';

/** The largest file that is read as PEM, bytes. */
const MOST_BYTES = 1024 * 1024;

/** Where the PEM files are. */
export interface TlsPaths {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Certificates that cannot be used; the message names the file. */
export class TlsFilesError extends Error {
  readonly code = 'bad-tls-files';
}

export interface LoadedTls {
  readonly tls: ServerTls;
  /** Until when the server's certificate is good, as it says itself. */
  readonly validTo: string;
}

/** Reads the three files and tries them on. Throws TlsFilesError. */
export async function loadTls({ cert, key, ca }: TlsPaths): Promise<LoadedTls> {
  const [certText, keyText, caText] = await Promise.all([readPem(cert), readPem(key), readPem(ca)]);
  const { validTo } = parsed(cert, () => new X509Certificate(certText));
  parsed(ca, () => new X509Certificate(caText));
  parsed(key, () => createSecureContext({ key: keyText }));
  const tls = { cert: certText, key: keyText, ca: caText };
  parsed(`${cert} with ${key}`, () => createSecureContext(tls));
  return { tls, validTo };
}

/**
 * Looks at files again and again, and passes on what they hold when that changed and can be used. Polled and not
 * watched: secrets of Kubernetes are exchanged by moving a link, which a watch of the file does not see.
 */
export class TlsWatch {
  readonly #paths: TlsPaths;
  readonly #told: TlsTold;
  #current: string;
  #problem = '';
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(paths: TlsPaths, current: ServerTls, told: TlsTold) {
    this.#paths = paths;
    this.#told = told;
    this.#current = JSON.stringify(current);
  }

  start(everyMs: number): void {
    this.#timer = setInterval(() => void this.look(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One look. Files that cannot be used are told of once, and the last good ones stay. */
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const loaded = await this.#load();
      const found = JSON.stringify(loaded.tls);
      this.#problem = '';
      if (found === this.#current) return;
      this.#current = found;
      this.#told.changed(loaded);
    } catch (error) {
      if (!(error instanceof TlsFilesError)) throw error;
      if (error.message === this.#problem) return;
      this.#problem = error.message;
      this.#told.refused(error);
    } finally {
      this.#looking = false;
    }
  }

  /** Files read while they are exchanged do not fit together: a second look tells that from files that never will. */
  async #load(): Promise<LoadedTls> {
    try {
      return await loadTls(this.#paths);
    } catch (error) {
      if (!(error instanceof TlsFilesError)) throw error;
      return loadTls(this.#paths);
    }
  }
}

export interface TlsTold {
  changed(loaded: LoadedTls): void;
  refused(error: TlsFilesError): void;
}

async function readPem(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > MOST_BYTES) throw new Error(`it has ${size} bytes; a PEM file has at most ${MOST_BYTES}`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new TlsFilesError(`cannot read ${path}: ${reason(error)}`);
  }
}

function parsed<T>(what: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new TlsFilesError(`cannot use ${what}: ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
