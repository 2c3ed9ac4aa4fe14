import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRepo } from '../project.mjs';
import { GROUPS } from './rules.mjs';
import { LabError, run, until } from './run.mjs';

/**
 * The programs of the lab's node: the kernel's log and accounting written to files, and the agent.
 * @typedef {import('node:child_process').ChildProcess} ChildProcess
 */

const READY_MS = 20_000;
/** Netlink's number for the messages of netfilter, among them conntrack's events. */
const NETLINK_NETFILTER = '12';

/**
 * Starts ulogd, which writes what the rules log, as JSON; waits until the kernel hands it the log.
 * @param {string} folder
 * @returns {Promise<string>} the file it writes
 */
export async function startUlogd(folder) {
  const file = join(folder, 'nflog.ndjson');
  const config = join(folder, 'ulogd.conf');
  writeFileSync(file, '');
  writeFileSync(config, ulogdConfig(await pluginFolder(), join(folder, 'ulogd.log'), file));
  start('ulogd', ['-c', config], join(folder, 'ulogd.out'));
  await until('ulogd to take the log', READY_MS, () => {
    const groups = readFileSync('/proc/net/netfilter/nfnetlink_log', 'utf8').trim().split('\n');
    return groups.length >= Object.keys(GROUPS).length ? groups : null;
  });
  return file;
}

/** Debian keeps plugins by architecture: /usr/lib/<triplet>/ulogd. */
async function pluginFolder() {
  for (const folder of readdirSync('/usr/lib')) {
    const plugins = join('/usr/lib', folder, 'ulogd');
    const found = await run('ls', [plugins]).catch(() => '');
    if (found.includes('ulogd_output_JSON.so')) return plugins;
  }
  throw new LabError('command-failed', 'ulogd has no JSON output here; install ulogd2-json');
}

/**
 * @param {string} plugins
 * @param {string} log
 * @param {string} file
 */
function ulogdConfig(plugins, log, file) {
  const names = [
    'inppkt_NFLOG',
    'raw2packet_BASE',
    'filter_IFINDEX',
    'filter_IP2STR',
    'filter_HWHDR',
    'output_JSON',
  ];
  const groups = Object.values(GROUPS);
  return [
    '[global]',
    `logfile="${log}"`,
    ...names.map((name) => `plugin="${plugins}/ulogd_${name}.so"`),
    ...groups.map(
      (at) =>
        `stack=log${at}:NFLOG,base${at}:BASE,if${at}:IFINDEX,ip${at}:IP2STR,mac${at}:HWHDR,json${at}:JSON`,
    ),
    ...groups.flatMap((at) => [`[log${at}]`, `group=${at}`, `[json${at}]`, 'sync=1', `file="${file}"`]),
    '',
  ].join('\n');
}

/**
 * Starts conntrack's own account of every connection, with totals when it is over; waits until it listens.
 * @param {string} folder
 * @returns {Promise<string>} the file it writes
 */
export async function startAccounting(folder) {
  const file = join(folder, 'conntrack-E.txt');
  start('conntrack', ['-E', '-o', 'timestamp,id', '-b', '4194304'], file);
  await eventListeners(1);
  return file;
}

/** Waits until so many processes have subscribed to events of conntrack. @param {number} wanted */
async function eventListeners(wanted) {
  await until(`${wanted} listeners to conntrack`, READY_MS, () => {
    const lines = readFileSync('/proc/net/netlink', 'utf8')
      .split('\n')
      .map((line) => line.split(/\s+/));
    const subscribed = lines.filter(
      ([, protocol, , groups]) => protocol === NETLINK_NETFILTER && Number(`0x${groups}`) > 0,
    );
    return subscribed.length >= wanted ? subscribed : null;
  });
}

/**
 * Starts the built agent; waits until it is connected and listens to conntrack beside the lab's account.
 * @param {string} folder
 * @param {{ server: string, packetLog: string, endpoints: string, conntrack: string }} options
 * @returns {Promise<string>} its health endpoint
 */
export async function startAgent(folder, { server, packetLog, endpoints, conntrack }) {
  const health = 'http://127.0.0.1:8082';
  const flags = [
    `--server=${server.replace('http', 'ws')}/api/v1/agent`,
    '--name=lab-node',
    '--source=packet-log,conntrack',
    `--packet-log=${packetLog}`,
    `--conntrack=${conntrack}`,
    `--endpoints=${endpoints}`,
    '--kubernetes=off',
    '--interval-ms=1000',
    '--spool=/run/vibrissa-spool',
  ];
  start(process.execPath, [inRepo('apps/agent/dist/main.js'), ...flags], join(folder, 'agent.log'));
  // The lab's own account is the other listener.
  if (conntrack === 'events') await eventListeners(2);
  await until('the agent to be connected', READY_MS, async () => {
    const now = await readHealth(health).catch(() => null);
    return now?.isConnected ? now : null;
  });
  return health;
}

/**
 * What the agent says of itself.
 * @param {string} health its health endpoint
 * @returns {Promise<{ isConnected: boolean, dropped: number, counts: Record<string, number> }>}
 */
export async function readHealth(health) {
  const reply = await fetch(`${health}/healthz`);
  // The agent's own Health type; a count that is not there is undefined and fails the check that reads it.
  return /** @type {Awaited<ReturnType<typeof readHealth>>} */ (await reply.json());
}

/**
 * A program that writes to a file and is not expected to end before the lab does.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} output
 */
function start(command, args, output) {
  const file = openSync(output, 'w');
  const child = spawn(command, args, { stdio: ['ignore', file, file] });
  closeSync(file);
  child.on('error', (error) => die(`${command}: ${error.message}`));
  child.on('exit', (code, signal) => {
    const said = readFileSync(output, 'utf8').trim().split('\n').slice(-5).join('\n');
    die(`${[command, ...args].join(' ')} ended with ${code ?? signal}: ${said}`);
  });
}

/** Without this program nothing that follows is worth anything. @param {string} why */
function die(why) {
  console.error(`lab: ${why}`);
  process.exit(1);
}
