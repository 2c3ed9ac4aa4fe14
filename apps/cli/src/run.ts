import { PolicyEditError } from '@vibrissa/policy';
import { evalCommand } from './commands/eval.js';
import { lintCommand } from './commands/lint.js';
import { recommendCommand } from './commands/recommend.js';
import { whatIfCommand } from './commands/what-if.js';
import { EXIT, type Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';

/** A command of `vibrissa policy`: what it does, and how it is asked. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly help: string;
  /** Resolves with the exit code. Throws UsageError, and PolicyEditError for a change that cannot be made. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

const COMMANDS: readonly Command[] = [evalCommand, whatIfCommand, recommendCommand, lintCommand];

/** Runs the command line and resolves with its exit code: 0, 1 when it found what fails a check, 2 for a mistake. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [group, name, ...rest] = args;
  const wantsHelp = args.length === 0 || args.includes('--help') || args.includes('-h') || group === 'help';
  const command = group === 'policy' ? COMMANDS.find((candidate) => candidate.name === name) : undefined;
  if (wantsHelp) {
    terminal.print(command === undefined ? overview() : command.help);
    return EXIT.ok;
  }
  try {
    if (group !== 'policy') throw new UsageError(`there is no "${group}": try vibrissa policy --help`);
    if (command === undefined) {
      const known = COMMANDS.map((candidate) => candidate.name).join(', ');
      throw new UsageError(`vibrissa policy has no "${name ?? ''}": it has ${known}`);
    }
    return await command.run(rest, terminal);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof PolicyEditError)) throw error;
    terminal.complain(`vibrissa: ${error.message}\n`);
    return EXIT.failed;
  }
}

function overview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  const lines = COMMANDS.map(({ name, summary }) => `  vibrissa policy ${name.padEnd(width)}  ${summary}`);
  return `Reasons about network policies on observed flows, from files alone.

${lines.join('\n')}

vibrissa policy <command> --help says what each wants.
`;
}
