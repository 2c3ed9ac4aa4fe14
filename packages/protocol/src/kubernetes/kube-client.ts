import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { KubeAccess } from './kube-config.js';
import { KubeError, type KubeErrorCode, reasonOf } from './kube-error.js';

export interface KubeLimits {
  /** Longest that the server may be silent in an answer, ms. */
  readonly silenceMs: number;
  /** Most bytes of one answer. */
  readonly maxBytes: number;
  /** Most bytes of one line of a watch. */
  readonly maxLineBytes: number;
}

export const KUBE_LIMITS: KubeLimits = {
  silenceMs: 30_000,
  maxBytes: 67_108_864,
  maxLineBytes: 4_194_304,
};

export type KubeQuery = Readonly<Record<string, string | number>>;

const MOST_ERROR_BYTES = 4_096;
const NEWLINE = 10;
const CODES: ReadonlyMap<number, KubeErrorCode> = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [410, 'gone'],
]);
const REMEDIES: ReadonlyMap<number, string> = new Map([
  [401, '; give it a valid token or certificate'],
  [403, '; allow it to list and watch these with a ClusterRole'],
]);

/** Reads from one API server. Everything it throws is a KubeError, or the signal's reason. */
export class KubeClient {
  readonly #access: KubeAccess;
  readonly #agent: http.Agent;

  constructor(
    access: KubeAccess,
    readonly limits: KubeLimits = KUBE_LIMITS,
  ) {
    this.#access = access;
    const { ca, clientCert: cert, clientKey: key } = access;
    this.#agent = access.server.startsWith('https:')
      ? new https.Agent({
          keepAlive: true,
          minVersion: 'TLSv1.2',
          ...(ca === null ? {} : { ca }),
          ...(cert === null ? {} : { cert }),
          ...(key === null ? {} : { key }),
        })
      : new http.Agent({ keepAlive: true });
  }

  /** One answer as JSON. */
  async get(path: string, query: KubeQuery, signal: AbortSignal): Promise<unknown> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.#chunks(path, query, this.limits.silenceMs, signal)) {
      bytes += chunk.length;
      if (bytes > this.limits.maxBytes)
        throw new KubeError('bad-answer', `GET ${path} gave more than ${this.limits.maxBytes} bytes`);
      chunks.push(chunk);
    }
    return parsed(path, Buffer.concat(chunks).toString('utf8'));
  }

  /** The answer to a watch, value by value, until the server ends it. `silenceMs` is how long nothing may come. */
  async *lines(
    path: string,
    query: KubeQuery,
    silenceMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<unknown> {
    let held: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of this.#chunks(path, query, silenceMs, signal)) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        this.#checkLine(path, bytes + end - from);
        const line = Buffer.concat([...held, chunk.subarray(from, end)]).toString('utf8');
        held = [];
        bytes = 0;
        from = end + 1;
        if (line.trim() !== '') yield parsed(path, line);
      }
      bytes += chunk.length - from;
      this.#checkLine(path, bytes);
      held.push(chunk.subarray(from));
    }
    if (Buffer.concat(held).toString('utf8').trim() !== '')
      throw new KubeError('unreachable', `the watch of ${path} was cut in the middle of a line`);
  }

  /** Lets go of idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  #checkLine(path: string, bytes: number): void {
    const { maxLineBytes } = this.limits;
    if (bytes > maxLineBytes)
      throw new KubeError(
        'bad-answer',
        `the watch of ${path} gave a line of more than ${maxLineBytes} bytes`,
      );
  }

  async *#chunks(
    path: string,
    query: KubeQuery,
    silenceMs: number,
    signal: AbortSignal,
  ): AsyncGenerator<Buffer> {
    const answer = await this.#ask(path, query, silenceMs, signal);
    try {
      for await (const chunk of answer) yield chunk;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KubeError) throw error;
      throw new KubeError('unreachable', `GET ${path} was cut: ${reasonOf(error)}`);
    } finally {
      answer.destroy();
    }
  }

  async #ask(
    path: string,
    query: KubeQuery,
    silenceMs: number,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    signal.throwIfAborted();
    const token = await this.#access.token();
    const url = new URL(this.#access.server + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(
        url,
        {
          agent: this.#agent,
          signal,
          headers: {
            accept: 'application/json',
            'user-agent': 'vibrissa',
            ...(token === null || token === '' ? {} : { authorization: `Bearer ${token}` }),
          },
        },
        resolve,
      );
      request.setTimeout(silenceMs, () =>
        request.destroy(new KubeError('timeout', `GET ${path}: nothing came for ${silenceMs} ms`)),
      );
      request.on('error', reject);
      request.end();
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      if (error instanceof KubeError) throw error;
      throw new KubeError('unreachable', `${this.#access.server} cannot be reached: ${reasonOf(error)}`);
    });
    const { statusCode: status = 0 } = answer;
    if (status === 200) return answer;
    const said = await beginningOf(answer);
    throw new KubeError(
      CODES.get(status) ?? 'refused',
      `GET ${path} was answered with ${status}${said === '' ? '' : `: ${said}`}${REMEDIES.get(status) ?? ''}`,
    );
  }
}

/** What the server says of an error: a Status' message, else how the answer begins. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const chunk of answer) {
      text += String(chunk);
      if (text.length > MOST_ERROR_BYTES) break;
    }
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  } catch {
    // An error about the error tells nobody anything.
  } finally {
    answer.destroy();
  }
  return text.slice(0, 200).trim();
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KubeError('bad-answer', `${path} gave what is not JSON: ${text.slice(0, 80)}`);
  }
}
