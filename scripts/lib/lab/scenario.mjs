import {
  ATTACKER,
  CHECKOUT,
  CHECKOUT_SERVICE,
  DB,
  DB_SERVICE,
  DROP_SITE,
  FRONTEND,
  LEDGER_SERVICE,
  LOADGEN,
  PAYMENTS,
} from './cluster.mjs';
import {
  CHECKOUT_CLIENTS,
  CHECKOUT_NEEDS,
  DB_CLIENTS,
  FRONTEND_CLIENTS,
  QUARANTINE,
  STRANGE_PORTS,
  STRANGE_TCP,
  STRANGE_UDP,
} from './policies.mjs';

/**
 * What happens in the lab, act by act, with what has to be seen of each.
 *
 * @typedef {import('./cluster.mjs').Pod} Pod
 * @typedef {import('./cluster.mjs').Service} Service
 * @typedef {import('./cluster.mjs').Outsider} Outsider
 * @typedef {import('./policies.mjs').Policy} Policy
 * @typedef {{ policy: Policy, rule: number }} Pass
 * @typedef {{ policy: Policy | null, tier: string, rule: number, passed: readonly Pass[] }} Decision
 *   `policy` null and rule −1: no rule of the tier's policies matched; tier '' is the namespace's profile;
 *   `passed` is by which rules earlier tiers handed the packet on
 * @typedef {{ way: 'call', send: number, receive: number } | { way: 'hold', send: number, receive: number } | { way: 'knock' } | { way: 'shower', bytes: number }} Manner
 * @typedef {{
 *   story: string, source: Pod, dest: Pod | Outsider | Service, via: Service | null, protocol: 'tcp' | 'udp',
 *   ports: readonly number[], times: number, manner: Manner,
 *   verdict: 'allow' | 'deny', ingress: Decision | null, egress: Decision | null,
 * }} Act
 *   `dest` is a service where it has no pod; `ports` are those of the destination itself; `times` is connections, or datagrams, to each port;
 *   a decision is null where no workload is at that end, or the packet never got there
 */

/** @param {Policy} policy @param {number} rule @returns {Decision} */
function by(policy, rule) {
  return { policy, tier: policy.tier, rule, passed: [] };
}

/** @param {string} tier @returns {Decision} */
function endOf(tier) {
  return { policy: null, tier, rule: -1, passed: [] };
}

/** @param {Policy} policy @param {number} rule @param {Decision} decision @returns {Decision} */
function passedBy(policy, rule, decision) {
  return { ...decision, passed: [{ policy, rule }, ...decision.passed] };
}

/** @type {Decision} */
const PROFILE = { policy: null, tier: '', rule: 0, passed: [] };

const SCANNED = [
  21, 22, 23, 25, 53, 80, 110, 111, 135, 139, 143, 443, 445, 993, 1433, 3306, 3389, 5432, 5900, 6379, 8000,
  8443, 9200, 27017,
];

/** @type {readonly Act[]} */
export const ACTS = [
  {
    story: 'shoppers load the page',
    source: LOADGEN,
    dest: FRONTEND,
    via: null,
    protocol: 'tcp',
    ports: [8080],
    times: 12,
    manner: { way: 'call', send: 240, receive: 5_200 },
    verdict: 'allow',
    egress: PROFILE,
    ingress: by(FRONTEND_CLIENTS, 0),
  },
  {
    story: 'the page asks checkout, by its service',
    source: FRONTEND,
    dest: CHECKOUT,
    via: CHECKOUT_SERVICE,
    protocol: 'tcp',
    ports: [CHECKOUT_SERVICE.targetPort],
    times: 10,
    manner: { way: 'call', send: 700, receive: 1_900 },
    verdict: 'allow',
    egress: PROFILE,
    ingress: by(CHECKOUT_CLIENTS, 0),
  },
  {
    story: 'checkout keeps a connection to the database open, by its service',
    source: CHECKOUT,
    dest: DB,
    via: DB_SERVICE,
    protocol: 'tcp',
    ports: [DB_SERVICE.targetPort],
    times: 1,
    manner: { way: 'hold', send: 1_200, receive: 40_000 },
    verdict: 'allow',
    egress: by(CHECKOUT_NEEDS, 0),
    ingress: passedBy(QUARANTINE, 1, by(DB_CLIENTS, 0)),
  },
  {
    story: 'checkout takes payment outside',
    source: CHECKOUT,
    dest: PAYMENTS,
    via: null,
    protocol: 'tcp',
    ports: [443],
    times: 3,
    manner: { way: 'call', send: 900, receive: 2_600 },
    verdict: 'allow',
    egress: by(CHECKOUT_NEEDS, 1),
    ingress: null,
  },
  {
    story: 'the page tries the database itself',
    source: FRONTEND,
    dest: DB,
    via: null,
    protocol: 'tcp',
    ports: [5432],
    times: 3,
    manner: { way: 'knock' },
    verdict: 'deny',
    egress: PROFILE,
    ingress: passedBy(QUARANTINE, 1, endOf('default')),
  },
  {
    story: 'shoppers try checkout itself, by its service',
    source: LOADGEN,
    dest: CHECKOUT,
    via: CHECKOUT_SERVICE,
    protocol: 'tcp',
    ports: [CHECKOUT_SERVICE.targetPort],
    times: 2,
    manner: { way: 'knock' },
    verdict: 'deny',
    egress: PROFILE,
    ingress: endOf('default'),
  },
  {
    story: 'checkout tries a service that has no pods',
    source: CHECKOUT,
    dest: LEDGER_SERVICE,
    via: LEDGER_SERVICE,
    protocol: 'tcp',
    ports: [LEDGER_SERVICE.port],
    times: 2,
    manner: { way: 'knock' },
    verdict: 'deny',
    egress: endOf('default'),
    ingress: null,
  },
  {
    story: 'an intruder tries the database',
    source: ATTACKER,
    dest: DB,
    via: null,
    protocol: 'tcp',
    ports: [5432],
    times: 2,
    manner: { way: 'knock' },
    verdict: 'deny',
    egress: passedBy(STRANGE_PORTS, 2, PROFILE),
    ingress: by(QUARANTINE, 0),
  },
  {
    story: 'it scans the ports of the page',
    source: ATTACKER,
    dest: FRONTEND,
    via: null,
    protocol: 'tcp',
    ports: SCANNED,
    times: 1,
    manner: { way: 'knock' },
    verdict: 'deny',
    egress: passedBy(STRANGE_PORTS, 2, PROFILE),
    ingress: endOf('default'),
  },
  {
    story: 'it sends data out through what looks like DNS, and gets away with it',
    source: ATTACKER,
    dest: DROP_SITE,
    via: null,
    protocol: 'udp',
    ports: [53],
    times: 40,
    manner: { way: 'shower', bytes: 900 },
    verdict: 'allow',
    egress: passedBy(STRANGE_PORTS, 2, PROFILE),
    ingress: null,
  },
  {
    story: 'it tries to send data out over a port of its own',
    source: ATTACKER,
    dest: DROP_SITE,
    via: null,
    protocol: 'udp',
    ports: [STRANGE_UDP],
    times: 25,
    manner: { way: 'shower', bytes: 1_200 },
    verdict: 'deny',
    egress: by(STRANGE_PORTS, 1),
    ingress: null,
  },
  {
    story: 'and over TCP',
    source: ATTACKER,
    dest: DROP_SITE,
    via: null,
    protocol: 'tcp',
    ports: [STRANGE_TCP],
    times: 2,
    manner: { way: 'knock' },
    verdict: 'deny',
    egress: by(STRANGE_PORTS, 0),
    ingress: null,
  },
];

/**
 * One pair, port and protocol of an act, as the page has one line for each.
 * @typedef {{ id: string, act: Act, port: number }} Line
 */

/** @returns {Line[]} */
export function linesOf(/** @type {readonly Act[]} */ acts) {
  return acts.flatMap((act) =>
    act.ports.map((port) => ({
      id: `${act.source.name}>${act.dest.name}:${port}/${act.protocol}`,
      act,
      port,
    })),
  );
}

/** @param {readonly Line[]} lines @returns {import('./rules.mjs').Count[]} */
export function countsOf(lines) {
  return lines.map(({ id, act, port }) => ({
    id,
    source: act.source.ip,
    dest: act.dest.ip,
    protocol: act.protocol,
    port,
  }));
}
