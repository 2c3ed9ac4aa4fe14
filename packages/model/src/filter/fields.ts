import { addCount } from '../counters.js';
import { ENDPOINT_KINDS, workloadOf } from '../endpoint.js';
import { REPORTERS } from '../flow.js';
import { POLICY_KINDS } from '../policy-hit.js';
import { VERDICTS } from '../verdict.js';
import { ends, type Field, number, prefixed, text } from './field.js';
import {
  calls,
  deciders,
  dnsNames,
  drops,
  inKey,
  ipsOf,
  labelsOf,
  nodes,
  ofEnd,
  ofFlows,
  ofNumber,
  ofPolicies,
  services,
} from './read-row.js';

const VERDICT_SYNONYMS = { allowed: 'allow', denied: 'deny' };

/** The table of fields: parser, predicate, suggestions, sentences and help read from it. */
export const FIELDS: readonly Field[] = [
  ...ends({
    name: 'namespace',
    aliases: ['ns'],
    noun: 'namespace',
    help: 'Kubernetes namespace.',
    searched: true,
    some: (side) => ofEnd(side, (end, test) => test(end.namespace)),
  }),
  ...ends({
    name: 'workload',
    aliases: ['pod'],
    noun: 'workload',
    help: 'Workload or pod: frontend also finds frontend-7d9f5c8b6d-*.',
    whole: true,
    some: (side) =>
      ofEnd(side, (end, test) => test(end.name) || (end.name.endsWith('-*') && test(workloadOf(end)))),
    listed: (side) => ofEnd(side, (end, test) => test(workloadOf(end))),
  }),
  ...ends({
    name: 'name',
    noun: 'name',
    help: 'Aggregated name, to the letter: frontend-7d9f5c8b6d-*.',
    searched: true,
    some: (side) => ofEnd(side, (end, test) => test(end.name)),
  }),
  ...ends({
    name: 'kind',
    noun: 'kind',
    help: 'What stands there: workload, host, network-set or network.',
    type: 'enum',
    choices: ENDPOINT_KINDS,
    synonyms: { networkset: 'network-set' },
    some: (side) => ofEnd(side, (end, test) => test(end.kind)),
  }),
  ...ends({
    name: 'address',
    noun: 'address',
    help: 'DNS name or IP of a place outside the cluster.',
    some: (side) => ofEnd(side, (end, test) => test(end.address)),
  }),
  ...ends({
    name: 'ip',
    noun: 'IP',
    help: 'IP address, or a block like 10.0.0.0/8.',
    type: 'ip',
    searched: true,
    some: ipsOf,
  }),
  ...ends({
    name: 'label',
    aliases: ['labels'],
    noun: 'label',
    help: 'Label app=web, or app with any value.',
    type: 'label',
    searched: true,
    some: labelsOf,
  }),
  text({
    name: 'service',
    aliases: ['svc', ...prefixed(['dest', 'dst', 'destination'], ['service', 'svc']), 'dest.service'],
    noun: 'service',
    help: 'Service the connection was made to.',
    searched: true,
    some: services,
  }),
  text({
    name: 'dns',
    aliases: ['dns.name', 'domain'],
    noun: 'DNS name',
    help: 'DNS name of the destination.',
    searched: true,
    some: dnsNames,
  }),
  number({
    name: 'port',
    aliases: ['dest.port', 'dst.port', 'destination.port'],
    noun: 'port',
    help: 'Destination port, 0 to 65535.',
    max: 65_535,
    searched: true,
    some: inKey((key, test) => test(key.port)),
  }),
  text({
    name: 'protocol',
    aliases: ['proto'],
    noun: 'protocol',
    help: 'Protocol: tcp, udp, icmp and others.',
    choices: ['tcp', 'udp', 'icmp', 'icmpv6', 'sctp'],
    lowerCase: true,
    searched: true,
    some: inKey((key, test) => test(key.protocol)),
  }),
  text({
    name: 'verdict',
    aliases: ['action'],
    noun: 'verdict',
    help: 'What became of it: allow, deny, or unknown.',
    type: 'enum',
    choices: VERDICTS,
    synonyms: VERDICT_SYNONYMS,
    searched: true,
    some: (row, _now, test) => test(row.verdict),
  }),
  text({
    name: 'pending',
    aliases: ['pending.verdict'],
    noun: 'pending verdict',
    help: 'What would become of it if staged policies were enforced.',
    type: 'enum',
    choices: VERDICTS,
    synonyms: VERDICT_SYNONYMS,
    some: (row, _now, test) => test(row.pending),
  }),
  text({
    name: 'policy',
    aliases: ['policy.name'],
    noun: 'policy',
    help: 'Name of any policy that had a say, enforced or staged.',
    searched: true,
    some: ofPolicies((policy) => policy.name),
  }),
  text({
    name: 'policy.tier',
    aliases: ['tier'],
    noun: 'policy tier',
    help: 'Tier of any policy that had a say.',
    some: ofPolicies((policy) => policy.tier),
  }),
  text({
    name: 'policy.kind',
    noun: 'policy kind',
    help: 'Kind of any policy that had a say.',
    type: 'enum',
    choices: POLICY_KINDS,
    some: ofPolicies((policy) => policy.kind),
  }),
  text({
    name: 'policy.namespace',
    aliases: ['policy.ns'],
    noun: 'policy namespace',
    help: 'Namespace of any policy that had a say.',
    some: ofPolicies((policy) => policy.namespace),
  }),
  text({
    name: 'decided',
    aliases: ['decided.by', 'decidedby'],
    noun: 'deciding policy',
    help: 'Name of the policy that decided, or that would deny.',
    some: deciders,
  }),
  text({
    name: 'reporter',
    noun: 'reporter',
    help: 'Which end reported: src, dst, or fwd.',
    type: 'enum',
    choices: REPORTERS,
    synonyms: { source: 'src', dest: 'dst', destination: 'dst', forward: 'fwd' },
    some: ofFlows((flow, test) => test(flow.key.reporter)),
  }),
  text({ name: 'node', noun: 'node', help: 'Node that saw it.', searched: true, some: nodes }),
  text({
    name: 'drop',
    aliases: ['drops', 'reason'],
    noun: 'drop reason',
    help: 'Why packets were lost, as the source names it: POLICY_DENIED, no reply.',
    searched: true,
    some: drops,
  }),
  text({
    name: 'call',
    aliases: ['calls'],
    noun: 'call',
    help: 'What the application was asked, where the source tells: call~/cart, call~NXDOMAIN.',
    searched: true,
    some: calls,
  }),
  number({
    name: 'bytes',
    noun: 'bytes',
    help: 'Bytes sent and received, like 10kB or 1MiB.',
    type: 'bytes',
    some: ofNumber(({ traffic }) => addCount(traffic.bytesSent, traffic.bytesReceived)),
  }),
  number({
    name: 'packets',
    noun: 'packets',
    help: 'Packets sent and received.',
    some: ofNumber(({ traffic }) => addCount(traffic.packetsSent, traffic.packetsReceived)),
  }),
  number({
    name: 'connections',
    aliases: ['conns'],
    noun: 'connections',
    help: 'Connections started.',
    some: ofNumber(({ traffic }) => traffic.connectionsStarted),
  }),
  number({
    name: 'denied',
    noun: 'denied connections',
    help: 'Connections denied.',
    some: ofNumber(({ traffic }) => traffic.connectionsDenied),
  }),
  number({
    name: 'age',
    noun: 'age',
    help: 'Time since it was first seen: age<5m is new.',
    type: 'duration',
    some: ofNumber((row, now) => now - row.firstSeen),
  }),
  number({
    name: 'seen',
    noun: 'time since last seen',
    help: 'Time since it was last seen: seen<30s is going on now.',
    type: 'duration',
    some: ofNumber((row, now) => now - row.lastSeen),
  }),
];

const BY_NAME = new Map(
  FIELDS.flatMap((field) => [field.name, ...field.aliases].map((name) => [name, field])),
);

/** Every name and alias of every field. */
export const FIELD_NAMES: readonly string[] = [...BY_NAME.keys()];

/** The field of that name or alias, in any case. */
export function findField(name: string): Field | undefined {
  return BY_NAME.get(name.toLowerCase());
}
