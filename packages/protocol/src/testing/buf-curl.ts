import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How long one call may take, ms: the tool itself needs half a second on a machine that is free. */
const TIMEOUT_MS = 15_000;

export interface BufCurl {
  /** Folder of .proto files. */
  readonly schema: string;
  /** `http://` speaks HTTP/2 in plaintext. */
  readonly url: string;
  /** The messages to send, as JSON. */
  readonly messages: readonly object[];
  /** Further arguments, such as `--cacert`. */
  readonly flags?: readonly string[];
}

export interface BufCurlResult {
  /** The messages that came back. */
  readonly messages: unknown[];
  /** How the call failed, in the tool's words for status codes: `not_found`. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** What it said, where that is no error of gRPC. */
  readonly stderr: string;
}

/** Calls a method with buf's client, which shares no code with ours. */
export async function bufCurl({ schema, url, messages, flags = [] }: BufCurl): Promise<BufCurlResult> {
  const tool = createRequire(import.meta.url).resolve('@bufbuild/buf/bin/buf');
  const plain = url.startsWith('http:') ? ['--http2-prior-knowledge'] : [];
  const data = messages.map((message) => JSON.stringify(message)).join('\n');
  const args = ['curl', '--schema', schema, '--protocol', 'grpc', ...plain, ...flags, '-d', data, url];
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [tool, ...args],
      { timeout: TIMEOUT_MS, env: { ...process.env, BUF_CACHE_DIR: join(tmpdir(), 'vibrissa-buf') } },
      (_, stdout, stderr) => resolve({ stdout, stderr }),
    );
  });
  return { messages: objects(stdout), error: readError(stderr), stderr };
}

/** Its output is one indented object after another. */
function objects(text: string): unknown[] {
  const parts = text.split(/^(?=\{)/m).filter((part) => part.trim() !== '');
  return parts.map((part): unknown => JSON.parse(part));
}

function readError(stderr: string): BufCurlResult['error'] {
  const [text] = /^\{[\s\S]*^\}/m.exec(stderr) ?? [];
  if (text === undefined) return null;
  const { code = '', message = '' } = JSON.parse(text) as { code?: string; message?: string };
  return { code, message };
}
