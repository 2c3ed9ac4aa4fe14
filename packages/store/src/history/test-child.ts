import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Child {
  readonly process: ChildProcess;
  /** The next line that it prints; null at its end. */
  line(): Promise<string | null>;
  kill(): Promise<void>;
}

/** Starts a file of this folder in a process of its own, after a command that takes one, if any. */
export function startChild(file: string, args: readonly string[], before: readonly string[] = []): Child {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const command = [...before, process.execPath, '--conditions=source', '--import', 'tsx', path, ...args];
  const child = spawn(command[0] as string, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    line: async () => {
      const { done, value } = await lines.next();
      return done === true ? null : value;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
