import { Worker } from 'node:worker_threads';
import { type ReadProblem, type ResourceFile, type Rulebook, readResources } from '@vibrissa/policy';

/** What files come down to. */
export interface ParsedFiles {
  readonly rulebook: Rulebook;
  readonly problems: readonly ReadProblem[];
  /** How many objects were of kinds that say nothing about policy, by kind. */
  readonly ignored: ReadonlyMap<string, number>;
}

export interface ParseLimits {
  /** Fewer characters are read right here; more would keep everybody else waiting. */
  readonly hereCharacters: number;
  /** A thread that takes longer is ended, ms. */
  readonly mostMs: number;
  /** Most memory of that thread, MB. */
  readonly mostMegabytes: number;
}

export const PARSE_LIMITS: ParseLimits = { hereCharacters: 131_072, mostMs: 120_000, mostMegabytes: 2_048 };

/** Files that take more time or memory than they may have; the message says so. */
export class ParseError extends Error {
  readonly code = 'parse-failed';
}

/**
 * Reads policies and what they depend on out of files: few at once, many in a thread of their own. Rejects with a
 * ParseError past the limits, and when `signal` ends it.
 */
export function parseFiles(
  files: readonly ResourceFile[],
  limits: ParseLimits = PARSE_LIMITS,
  signal: AbortSignal | null = null,
): Promise<ParsedFiles> {
  const characters = files.reduce((sum, { text }) => sum + text.length, 0);
  return characters <= limits.hereCharacters
    ? Promise.resolve(parsed(files))
    : parseApart(files, characters, limits, signal);
}

/** Files of a folder show what somebody wrote, seldom a whole cluster. */
export function parsed(files: readonly ResourceFile[]): ParsedFiles {
  const { problems, ignored, ...rulebook } = readResources(files, { partial: true });
  return { rulebook, problems, ignored };
}

async function parseApart(
  files: readonly ResourceFile[],
  characters: number,
  { mostMs, mostMegabytes }: ParseLimits,
  signal: AbortSignal | null,
): Promise<ParsedFiles> {
  const thread = startThread(files, mostMegabytes);
  const end = () => void thread.terminate();
  const tooLong = setTimeout(end, mostMs);
  signal?.addEventListener('abort', end);
  try {
    return await new Promise<ParsedFiles>((resolve, reject) => {
      const fail = (why: string) =>
        reject(
          new ParseError(
            `${files.length} files of ${characters} characters could not be read: ${why}; keep there only what holds policies`,
          ),
        );
      // Sent by parse-thread, the only thing that runs there.
      thread.once('message', (result: ParsedFiles) => resolve(result));
      thread.once('error', (error) => fail(error.message));
      thread.once('exit', () =>
        fail(signal?.aborted === true ? 'the server ends' : `they took more than ${mostMs} ms`),
      );
    });
  } finally {
    clearTimeout(tooLong);
    signal?.removeEventListener('abort', end);
    await thread.terminate();
  }
}

/** The thread runs what this file is: the source in development and tests, else what was built. */
function startThread(files: readonly ResourceFile[], mostMegabytes: number): Worker {
  const shared = { workerData: files, resourceLimits: { maxOldGenerationSizeMb: mostMegabytes } };
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./parse-thread.js', import.meta.url), { ...shared, execArgv: [] });
  }
  const source = new URL('./parse-thread.ts', import.meta.url);
  // A thread does not take the loader of TypeScript over from the process.
  const script = `import('tsx/esm/api').then(({ register }) => {
    register();
    return import(${JSON.stringify(source.href)});
  })`;
  return new Worker(script, { ...shared, eval: true, execArgv: ['--conditions=source'] });
}
