/**
 * `npm run lab`: a node with pods, policies and traffic on this machine's kernel, our agent and server on it,
 * and a check that the page shows what the kernel counted. Needs Linux and root; the machine stays as it was.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuilt } from './lib/builds.mjs';
import { exitCode } from './lib/child.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { openHouse } from './lib/lab/door.mjs';
import { inOwnSpaces, whyNot } from './lib/lab/needs.mjs';
import { inRepo, requireNode } from './lib/project.mjs';

const HELP = `npm run lab, with any of these after a --:
  --keep             leave it running afterwards, and say where the page is
  --record=<folder>  keep what kernel, agent and server wrote
  --conntrack=proc   have the agent poll /proc/net/nf_conntrack instead of following events
  --report=<file>    write how many checks passed and failed, as JSON
`;

const options = readOptions();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

requireNode();
await ensureInstalled();
const reason = await whyNot();
if (reason !== null) {
  console.error(`lab: not run: ${reason}`);
  process.exit(1);
}
await ensureBuilt(options.keep ? ['server', 'agent', 'page'] : ['server', 'agent']);

const scratch = mkdtempSync(join(tmpdir(), 'vibrissa-lab-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const folder = options.record === undefined ? scratch : resolve(options.record);
mkdirSync(folder, { recursive: true });
const path = join(scratch, 'page.sock');
const door = options.keep ? { path, url: (await openHouse(path)).url } : null;

const { command, args } = inOwnSpaces([
  process.execPath,
  inRepo('scripts/lib/lab/inside.mjs'),
  JSON.stringify({
    scratch,
    folder,
    conntrack: options.conntrack,
    door,
    report: reportPath(),
  }),
]);
// The lab ends when its standard input does, so it cannot outlive this process, however that ends.
const lab = spawn(command, args, { stdio: ['pipe', 'inherit', 'inherit'] });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => lab.stdin.end());
}
lab.on('error', (error) => {
  console.error(`lab: ${error.message}`);
  process.exit(1);
});
lab.on('exit', (code, signal) => {
  process.exit(exitCode(code, signal));
});

/** A report of an earlier run is none of this one. */
function reportPath() {
  if (options.report === undefined) return null;
  const path = resolve(options.report);
  rmSync(path, { force: true });
  return path;
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        keep: { type: 'boolean', default: false },
        conntrack: { type: 'string', default: 'events' },
        record: { type: 'string' },
        report: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${HELP}`);
    process.exit(2);
  }
}
