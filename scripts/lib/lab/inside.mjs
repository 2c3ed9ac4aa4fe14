/** The lab itself, which lab.mjs runs as the first process of namespaces of its own. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startServerProcess } from '../server-process.mjs';
import { readAccounts } from './accounting.mjs';
import { compare, groupsOf, holds } from './compare.mjs';
import { readCounters } from './counters.mjs';
import { openDoor } from './door.mjs';
import { endpointsFile } from './endpoints.mjs';
import { buildNetwork, hideRun } from './network.mjs';
import { readConnections } from './page.mjs';
import { readHealth, startAccounting, startAgent, startUlogd } from './programs.mjs';
import { report } from './report.mjs';
import { run, until } from './run.mjs';
import { ACTS, countsOf, linesOf } from './scenario.mjs';
import { startCast } from './traffic.mjs';

/** @typedef {import('./compare.mjs').Check} Check */

const OVER_MS = 30_000;
const SHOWN_MS = 20_000;

/** @type {{ scratch: string, folder: string, conntrack: string, door: { path: string, url: string } | null, report: string | null }} */
const options = JSON.parse(process.argv[2] ?? '');

// The first process of a pid namespace takes the others with it: all it takes to clean up is to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
process.stdin.on('end', stop).resume();

try {
  const checks = await play();
  console.log(report(checks));
  const failed = checks.filter((check) => !holds(check)).length;
  const tally = { passed: checks.length - failed, failed, skipped: 0 };
  if (options.report !== null) writeFileSync(options.report, JSON.stringify(tally));
  if (options.door === null) process.exit(failed === 0 ? 0 : 1);
  say(`the page is at ${options.door.url}; Ctrl-C ends it`);
} catch (error) {
  console.error(`lab: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

/** Also when whoever started the lab is gone, and could not clear away what it had made. */
function stop() {
  rmSync(options.scratch, { recursive: true, force: true });
  process.exit(130);
}

async function play() {
  say('making the node, its pods and the internet');
  await hideRun();
  await buildNetwork(countsOf(linesOf(ACTS)));
  const packetLog = await startUlogd(options.folder);
  const events = await startAccounting(options.folder);
  const endpoints = record('endpoints.txt', endpointsFile());

  say('starting the server and the agent');
  const server = await startServerProcess({
    VIBRISSA_DEMO: 'off',
    VIBRISSA_CLUSTER: 'lab',
    VIBRISSA_PORT: '8081',
    VIBRISSA_DATA: '/run/vibrissa-data',
  });
  const agent = await startAgent(options.folder, {
    server: server.url,
    packetLog,
    endpoints,
    conntrack: options.conntrack,
  });

  const cast = await startCast(ACTS);
  for (const act of ACTS) {
    say(act.story);
    await cast.play(act);
  }
  record('conntrack-L.txt', await run('conntrack', ['-L', '-o', 'extended,id']));
  record('proc-nf_conntrack.txt', readFileSync('/proc/net/nf_conntrack', 'utf8'));
  const open = await checkOpen(server.url);
  await cast.letGo();
  const accounts = await finalAccounts(events);
  record('iptables-nvxL.txt', await run('iptables', ['-nvxL']));
  const saved = await run('iptables-save', ['-c']);
  record('iptables-save.txt', saved);
  const counters = readCounters(saved);

  const logLines = readFileSync(packetLog, 'utf8').split('\n').length - 1;

  say('asking the server what it shows');
  const checks = await shown(server.url, (groups) => [
    open,
    ...compare(ACTS, counters, accounts, logLines, groups),
  ]);
  checks.push(await checkLosses(agent));
  if (options.door !== null) await openDoor(options.door.path, Number(new URL(server.url).port));
  return checks;
}

/**
 * A connection is on the page while it is still open.
 * @param {string} url of the server
 * @returns {Promise<Check>}
 */
async function checkOpen(url) {
  const held = ACTS.filter(({ manner }) => manner.way === 'hold');
  const [check] = await shown(url, (groups) => [
    {
      act: null,
      what: 'connections on the page while they are open',
      expected: String(held.length),
      seen: String(held.filter((act) => groupsOf(act, groups).length > 0).length),
    },
  ]);
  if (check === undefined) throw new Error('there was nothing to check');
  return check;
}

/**
 * @param {string} agent its health endpoint
 * @returns {Promise<Check>}
 */
async function checkLosses(agent) {
  const { dropped, counts } = await readHealth(agent);
  const lost = { dropped, rejected: counts.rejected, overlong: counts.overlong };
  const none = { dropped: 0, rejected: 0, overlong: 0 };
  const what = 'records lost or refused on the way, by the agent';
  return { act: null, what, expected: JSON.stringify(none), seen: JSON.stringify(lost) };
}

/**
 * Waits until the kernel has let go of every connection and so told its totals. It looks for those whose time
 * is over when it is asked to list them.
 * @param {string} events
 */
function finalAccounts(events) {
  return until('all connections to be over', OVER_MS, async () => {
    const left = await run('conntrack', ['-L']);
    const text = readFileSync(events, 'utf8');
    const isTold = text.split('[NEW]').length === text.split('[DESTROY]').length;
    return left.trim() === '' && isTold ? readAccounts(text) : null;
  });
}

/**
 * Asks the server until all checks hold, or for so long that they never will.
 * @param {string} url
 * @param {(groups: readonly import('@vibrissa/protocol/messages').ApiGroup[]) => Check[]} check
 */
async function shown(url, check) {
  const end = performance.now() + SHOWN_MS;
  for (;;) {
    const groups = await readConnections(url);
    record('connections.json', JSON.stringify(groups, null, 1));
    const checks = check(groups);
    if (checks.every(holds) || performance.now() > end) return checks;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/**
 * Writes a file to the lab's folder.
 * @param {string} name
 * @param {string} text
 * @returns {string} its path
 */
function record(name, text) {
  const path = join(options.folder, name);
  writeFileSync(path, text);
  return path;
}

/** @param {string} what */
function say(what) {
  console.log(`lab: ${what}`);
}
