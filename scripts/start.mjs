/**
 * `npm start`, `npm run demo -- <scenario>`, `npm run agent`, `npm run simulate`: installs what is missing, builds
 * what is stale, then runs the program in this terminal.
 */
import { ensureBuilt } from './lib/builds.mjs';
import { become } from './lib/child.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { AGENT_NODE_FLAGS, inRepo, requireNode, SERVER_NODE_FLAGS } from './lib/project.mjs';

const [what = 'server', ...args] = process.argv.slice(2);

requireNode();
await ensureInstalled();

if (what === 'server') {
  await ensureBuilt(['server', 'page']);
  run('apps/server/dist/main.js', args, {}, SERVER_NODE_FLAGS);
} else if (what === 'demo') {
  await ensureBuilt(['server', 'page']);
  const scenario = args[0]?.startsWith('-') ? undefined : args.shift();
  // A play is not put aside for what an earlier server has really seen.
  const env = { VIBRISSA_DATA: 'off', ...(scenario === undefined ? {} : { VIBRISSA_DEMO: scenario }) };
  run('apps/server/dist/main.js', args, env, SERVER_NODE_FLAGS);
} else if (what === 'agent') {
  await ensureBuilt(['agent']);
  run('apps/agent/dist/main.js', args, {}, AGENT_NODE_FLAGS);
} else if (what === 'simulator') {
  await ensureBuilt(['simulator']);
  run('scripts/simulate.mjs', args);
} else {
  console.error(`start.mjs runs "server", "demo", "agent" or "simulator", not "${what}".`);
  process.exit(2);
}

/**
 * @param {string} entry
 * @param {readonly string[]} flags
 * @param {Record<string, string>} [env]
 * @param {readonly string[]} [nodeFlags]
 */
function run(entry, flags, env = {}, nodeFlags = []) {
  become(process.execPath, [...nodeFlags, inRepo(entry), ...flags], {
    cwd: process.cwd(),
    env: { ...process.env, ...env },
  });
}
