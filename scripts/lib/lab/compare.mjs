import { accountKey } from './accounting.mjs';
import { PODS, SERVICES } from './cluster.mjs';
import { NONE, plus } from './counters.mjs';
import { linesOf } from './scenario.mjs';

/**
 * Holds what the page's API shows against what happened and what the kernel counted.
 *
 * @typedef {import('@vibrissa/protocol/messages').ApiGroup} ApiGroup
 * @typedef {import('@vibrissa/model').Endpoint} Endpoint
 * @typedef {import('@vibrissa/model').PolicyHit} PolicyHit
 * @typedef {import('./scenario.mjs').Act} Act
 * @typedef {import('./scenario.mjs').Decision} Decision
 * @typedef {import('./counters.mjs').Count} Count
 * @typedef {import('./counters.mjs').Counters} Counters
 * @typedef {import('./accounting.mjs').Account} Account
 * @typedef {{ act: Act | null, what: string, expected: string, seen: string }} Check it holds when both texts are equal
 */

/** @param {Check} check */
export function holds({ expected, seen }) {
  return expected === seen;
}

/**
 * @param {readonly Act[]} acts
 * @param {Counters} counters
 * @param {ReadonlyMap<string, Account>} accounts
 * @param {number} logLines how many packets are in the log that the agent reads
 * @param {readonly ApiGroup[]} groups
 * @returns {Check[]}
 */
export function compare(acts, counters, accounts, logLines, groups) {
  return [
    ...acts.flatMap((act) => compareAct(act, counters, accounts, groups)),
    {
      act: null,
      what: 'packets that no act accounts for, by iptables',
      expected: '0',
      seen: String(counters.unforeseen.packets),
    },
    {
      act: null,
      what: 'logged packets, by iptables and the log',
      expected: String(sum([...counters.logged.values()]).packets),
      seen: String(logLines),
    },
    {
      act: null,
      what: 'lines of the page that no act accounts for',
      expected: 'none',
      seen:
        groups
          .filter((group) => !isForeseen(acts, group))
          .map(groupText)
          .join('; ') || 'none',
    },
  ];
}

/**
 * @param {Act} act
 * @param {Counters} counters
 * @param {ReadonlyMap<string, Account>} accounts
 * @param {readonly ApiGroup[]} groups
 * @returns {Check[]}
 */
function compareAct(act, counters, accounts, groups) {
  const lines = linesOf([act]);
  const found = groupsOf(act, groups);
  const sent = sum(lines.map(({ id }) => counters.sent.get(id) ?? NONE));
  const received = sum(lines.map(({ id }) => counters.received.get(id) ?? NONE));
  /** @param {string} what @param {string | number} expected @param {string | number} seen */
  const check = (what, expected, seen) => ({ act, what, expected: String(expected), seen: String(seen) });
  const checks = [
    check('lines on the page', lines.length, found.length),
    check('verdict', act.verdict, distinct(found.map(({ verdict }) => verdict))),
    check(
      'service',
      serviceText(toldService(act)),
      distinct(found.map(({ service }) => serviceText(service))),
    ),
    check('sent, by iptables and the page', countText(sent), countText(sum(found.map(sentBy)))),
    check('received, by iptables and the page', countText(received), countText(sum(found.map(receivedBy)))),
    check('connections tried, by the pod and the page', triesOf(act), total(found, 'connectionsStarted')),
    check(
      'connections denied, by the pod and the page',
      act.verdict === 'deny' ? triesOf(act) : 0,
      total(found, 'connectionsDenied'),
    ),
  ];
  for (const [end, decision, reporter] of /** @type {const} */ ([
    ['source', act.egress, 'src'],
    ['destination', act.ingress, 'dst'],
  ])) {
    if (decision === null) continue;
    const flows = found.flatMap((group) => group.flows ?? []).filter((flow) => flow.reporter === reporter);
    // A flow without hits tells what was moved, but not who decided.
    const traces = flows.map(({ enforced }) => enforced).filter((hits) => hits.length > 0);
    checks.push(
      check(`decision at the ${end}`, decisionText(act, end, decision), distinct(traces.map(traceText))),
    );
  }
  if (act.verdict === 'allow') {
    const tracked = lines.flatMap(
      ({ port }) => accounts.get(accountKey(act.source.ip, act.dest.ip, port, act.protocol)) ?? [],
    );
    checks.push(
      check(
        'sent, by iptables and conntrack',
        countText(sent),
        countText(sum(tracked.map((each) => each.sent))),
      ),
      check(
        'received, by iptables and conntrack',
        countText(received),
        countText(sum(tracked.map((each) => each.received))),
      ),
      check(
        'connections, by conntrack and the page',
        total(tracked, 'connections'),
        total(found, 'connectionsStarted'),
      ),
      check(
        'connections that are over, by conntrack and the page',
        total(tracked, 'connections'),
        total(found, 'connectionsCompleted'),
      ),
      check('told of it', received.packets === 0 ? 'no reply' : 'nothing', distinct(found.flatMap(dropsOf))),
    );
  }
  return checks;
}

/**
 * The lines of the page that an act made.
 * @param {Act} act
 * @param {readonly ApiGroup[]} groups
 */
export function groupsOf(act, groups) {
  return groups.filter((group) => act.ports.some((port) => isOf(act, port, group)));
}

/** @param {Act} act @param {number} port @param {ApiGroup} group */
function isOf(act, port, group) {
  return (
    group.port === port &&
    group.protocol === act.protocol &&
    endText(group.source) === endOf(act.source, 'source') &&
    endText(group.dest) === endOf(act.dest, 'dest')
  );
}

/** @param {readonly Act[]} acts @param {ApiGroup} group */
function isForeseen(acts, group) {
  return acts.some((act) => act.ports.some((port) => isOf(act, port, group)));
}

/** @param {Endpoint} end */
function endText({ kind, namespace, name, address }) {
  return [kind, namespace, name, address].filter((part) => part !== '').join(' ');
}

/**
 * How a place of the lab is called on the page.
 * @param {Act['dest']} place
 * @param {'source' | 'dest'} end
 */
function endOf(place, end) {
  const pod = PODS.find((each) => each === place);
  if (pod !== undefined) return `workload ${pod.namespace} ${pod.workload}`;
  const network = SERVICES.some((each) => each === place) ? 'network pvt' : 'network pub';
  return end === 'dest' ? `${network} ${place.ip}` : network;
}

/**
 * The service that can be told of an act. A connection that is denied is never tracked, and rules see it behind
 * the translation of its address: only one that nothing translated is known to be a service's.
 * @param {Act} act
 */
function toldService({ via, verdict }) {
  return verdict === 'allow' || via?.pod === null ? via : null;
}

/** @param {ApiGroup} group */
function groupText(group) {
  return `${endText(group.source)} > ${endText(group.dest)}:${group.port}/${group.protocol}`;
}

/** @param {{ namespace: string, name: string, portName: string, port: number } | null} service */
function serviceText(service) {
  return service === null
    ? 'none'
    : `${service.namespace}/${service.name}:${service.portName} ${service.port}`;
}

/**
 * @param {Act} act
 * @param {'source' | 'destination'} end
 * @param {Decision} decision
 */
function decisionText(act, end, decision) {
  const passes = decision.passed.map(({ policy, rule }) => `pass by ${policyText(policy)}, rule ${rule}`);
  return [...passes, lastText(act, end, decision)].join(', then ');
}

/**
 * @param {Act} act
 * @param {'source' | 'destination'} end
 * @param {Decision} decision
 */
function lastText(act, end, { policy, tier, rule }) {
  // Where both ends decide, the source let pass what the destination then denied.
  const action = end === 'source' && act.ingress !== null ? 'allow' : act.verdict;
  const pod = end === 'source' ? act.source : act.dest;
  if (policy !== null) return `${action} by ${policyText(policy)}, rule ${rule}`;
  if (tier !== '') return `${action} at the end of tier ${tier}`;
  return `${action} by profile kns.${'namespace' in pod ? pod.namespace : ''}`;
}

/** @param {readonly PolicyHit[]} hits */
function traceText(hits) {
  const inOrder = hits.every(({ policyIndex }, at) => policyIndex === at);
  return `${inOrder ? '' : 'out of order: '}${hits.map(hitText).join(', then ')}`;
}

/** @param {PolicyHit} hit */
function hitText(hit) {
  if (hit.kind === 'EndOfTier') return `${hit.action} at the end of tier ${hit.tier}`;
  if (hit.kind === 'Profile') return `${hit.action} by profile ${hit.name}`;
  return `${hit.action} by ${policyText(hit)}, rule ${hit.ruleIndex}`;
}

/** @param {import('@vibrissa/model').PolicyRef} policy */
function policyText({ kind, tier, namespace, name }) {
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name} of tier ${tier}`;
}

/** @param {ApiGroup} group @returns {Count} */
function sentBy({ packetsSent, bytesSent }) {
  return { packets: packetsSent ?? 0, bytes: bytesSent ?? 0 };
}

/** @param {ApiGroup} group @returns {Count} */
function receivedBy({ packetsReceived, bytesReceived }) {
  return { packets: packetsReceived ?? 0, bytes: bytesReceived ?? 0 };
}

/** How many connections an act tries; a shower of datagrams is one. @param {Act} act */
function triesOf({ ports, times, manner }) {
  return ports.length * (manner.way === 'shower' ? 1 : times);
}

/** @param {ApiGroup} group */
function dropsOf({ flows = [] }) {
  return flows.flatMap(({ evidence }) => evidence.drops.kept.map(([drop]) => drop));
}

/**
 * @template {string} Name
 * @param {readonly Record<Name, number | null>[]} all
 * @param {Name} name
 */
function total(all, name) {
  return all.reduce((sofar, each) => sofar + (each[name] ?? 0), 0);
}

/** @param {readonly Count[]} counts */
function sum(counts) {
  return counts.reduce(plus, NONE);
}

/** @param {Count} count */
export function countText({ packets, bytes }) {
  return `${packets} packets, ${bytes} bytes`;
}

/** @param {readonly string[]} texts */
function distinct(texts) {
  return [...new Set(texts)].sort().join(' and ') || 'nothing';
}
