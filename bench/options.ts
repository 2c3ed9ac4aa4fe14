export interface Options {
  /** Folder for CPU profiles of what is measured; empty for none. */
  readonly profileTo: string;
  /** Path of a Chromium; empty when there is none. */
  readonly chromium: string;
}

export interface Command extends Omit<Options, 'chromium'> {
  readonly parts: readonly string[];
}

/** Reads the command line: names of parts and `--cpu-prof=<folder>`. Throws on anything else. */
export function readCommand(args: readonly string[], known: readonly string[]): Command {
  const parts: string[] = [];
  let profileTo = '';
  for (const arg of args) {
    const folder = /^--cpu-prof=(.+)$/.exec(arg)?.[1];
    if (folder !== undefined) profileTo = folder;
    else if (known.includes(arg)) parts.push(arg);
    else throw new Error(`"${arg}" is no part of the benchmark; it knows ${known.join(', ')}`);
  }
  return { parts: parts.length === 0 ? known : parts, profileTo };
}
