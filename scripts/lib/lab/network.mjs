import { mkdirSync } from 'node:fs';
import { GATEWAY, OUTSIDERS, PODS, UPLINK } from './cluster.mjs';
import { ruleSet } from './rules.mjs';
import { run } from './run.mjs';

/** The network namespace of everything outside the cluster. */
export const INTERNET = 'internet';

/**
 * Settings of the lab's node. TIME_WAIT and UDP entries go after seconds instead of minutes, so that the
 * totals, which conntrack tells when an entry goes, come while one watches.
 */
const SYSCTLS = [
  'net.ipv4.ip_forward=1',
  'net.netfilter.nf_conntrack_acct=1',
  'net.netfilter.nf_conntrack_timestamp=1',
  'net.netfilter.nf_conntrack_tcp_timeout_time_wait=3',
  'net.netfilter.nf_conntrack_tcp_timeout_close=3',
  'net.netfilter.nf_conntrack_udp_timeout=4',
  'net.netfilter.nf_conntrack_udp_timeout_stream=4',
];

/** Neighbour discovery would be traffic that nobody asked for. Kernels without IPv6 have no such setting. */
const NO_IPV6 = ['-e', '-q', '-w', 'net.ipv6.conf.all.disable_ipv6=1'];

/** Namespaces keep their names in /run/netns, and the machine's own /run is not ours to write to. */
export async function hideRun() {
  await run('mount', ['-t', 'tmpfs', 'tmpfs', '/run']);
  mkdirSync('/run/netns');
}

/**
 * Makes the node, its pods and the internet, and loads the rules.
 * @param {readonly import('./rules.mjs').Count[]} counts
 */
export async function buildNetwork(counts) {
  await run('ip', ['link', 'set', 'lo', 'up']);
  for (const pod of PODS) await plugIn(pod);
  await plugInInternet();
  await run('iptables-restore', [], ruleSet(counts));
  await run('sysctl', NO_IPV6);
  // Tracking, and with it these settings, is there once a rule asks for it.
  await run('sysctl', ['-q', '-w', ...SYSCTLS]);
}

/**
 * A pod on its cable, as Calico's CNI plugin leaves it: an address of its own alone, and a gateway that
 * answers for every address.
 * @param {import('./cluster.mjs').Pod} pod
 */
async function plugIn({ name, ip, iface }) {
  await run('ip', ['netns', 'add', name]);
  await run('ip', [
    'link',
    'add',
    iface,
    'address',
    GATEWAY.mac,
    'type',
    'veth',
    'peer',
    'eth0',
    'netns',
    name,
  ]);
  await inside(name, [
    'link set lo up',
    'link set eth0 up',
    `addr add ${ip}/32 dev eth0`,
    `route add ${GATEWAY.ip} dev eth0 scope link`,
    `route add default via ${GATEWAY.ip} dev eth0`,
    `neigh add ${GATEWAY.ip} lladdr ${GATEWAY.mac} dev eth0 nud permanent`,
  ]);
  await run('ip', ['link', 'set', iface, 'up']);
  await run('ip', ['route', 'add', `${ip}/32`, 'dev', iface, 'scope', 'link']);
}

async function plugInInternet() {
  const { iface, node, internet } = UPLINK;
  await run('ip', ['netns', 'add', INTERNET]);
  await run('ip', ['link', 'add', iface, 'type', 'veth', 'peer', 'eth0', 'netns', INTERNET]);
  await inside(INTERNET, [
    'link set lo up',
    'link set eth0 up',
    `addr add ${internet}/30 dev eth0`,
    `route add default via ${node} dev eth0`,
    ...OUTSIDERS.map(({ ip }) => `addr add ${ip}/32 dev lo`),
  ]);
  await run('ip', ['addr', 'add', `${node}/30`, 'dev', iface]);
  await run('ip', ['link', 'set', iface, 'up']);
  await run('ip', ['route', 'add', 'default', 'via', internet, 'dev', iface]);
}

/**
 * Runs lines of `ip` in a namespace.
 * @param {string} namespace
 * @param {readonly string[]} lines
 */
async function inside(namespace, lines) {
  await run('ip', ['-n', namespace, '-batch', '-'], `${lines.join('\n')}\n`);
  await run('ip', ['netns', 'exec', namespace, 'sysctl', ...NO_IPV6]);
}
