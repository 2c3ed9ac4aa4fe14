import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Endpoint, workloadOf } from '../endpoint.js';
import { NO_EVIDENCE } from '../evidence.js';
import type { Flow } from '../flow.js';
import type { FlowGroup } from '../flow-group.js';
import { cidrContains, parseCidr, parseIp } from '../ip.js';
import { type PolicyRef, policyOf } from '../policy-hit.js';
import { compileFilter, UnknownFieldError } from './matches.js';
import { normalizeFilter } from './normalize.js';
import { parseFilter } from './parse.js';
import { filters, NOW, rows } from './test-arbitraries.js';
import type { Filter, Operator } from './tree.js';
import { parseBytes, parseDuration } from './units.js';

type Side = 'source' | 'dest';
const isAddress = (text: string) => parseIp(text) !== null;
const kept = (tally: Flow['evidence']['nodes']) => tally.kept.map(([value]) => value);
const sum = (a: number | null, b: number | null) => (a === null && b === null ? [] : [(a ?? 0) + (b ?? 0)]);
const known = (value: number | null) => (value === null ? [] : [value]);
const policies = (row: FlowGroup): PolicyRef[] =>
  row.flows.flatMap(({ key }) => [...key.trace.enforced, ...key.trace.pending].map(policyOf));

const END: Record<string, (end: Endpoint, flow: Flow, side: Side) => readonly string[]> = {
  namespace: (end) => [end.namespace],
  workload: (end) => [end.name, workloadOf(end)],
  name: (end) => [end.name],
  kind: (end) => [end.kind],
  address: (end) => [end.address],
  ip: (end, { evidence }, side) => [
    ...kept(side === 'source' ? evidence.sourceIps : evidence.destIps),
    ...(isAddress(end.address) ? [end.address] : []),
  ],
  label: (_end, flow, side) => (side === 'source' ? flow.sourceLabels : flow.destLabels) ?? [],
};

const LINE: Record<string, (row: FlowGroup) => readonly (string | number)[]> = {
  service: (row) => {
    const names = row.flows.flatMap(({ key }) => (key.service === null ? [] : [key.service.name]));
    return names.length === 0 ? [''] : names;
  },
  dns: (row) =>
    row.flows.flatMap(({ key, evidence }) => [
      ...kept(evidence.dnsNames),
      ...[key.source.address, key.dest.address].filter((text) => text !== '' && !isAddress(text)),
    ]),
  port: (row) => row.flows.map(({ key }) => key.port),
  protocol: (row) => row.flows.map(({ key }) => key.protocol),
  verdict: (row) => [row.verdict],
  pending: (row) => [row.pending],
  policy: (row) => policies(row).map((policy) => policy.name),
  'policy.tier': (row) => policies(row).map((policy) => policy.tier),
  'policy.kind': (row) => policies(row).map((policy) => policy.kind),
  'policy.namespace': (row) => policies(row).map((policy) => policy.namespace),
  decided: (row) => {
    const would = row.verdict !== 'deny' && row.pending === 'deny';
    const hit = would ? row.pendingDecidedBy : row.decidedBy;
    return [hit === null || hit.kind === 'Profile' ? '' : policyOf(hit).name];
  },
  reporter: (row) => row.flows.map(({ key }) => key.reporter),
  node: (row) => row.flows.flatMap(({ evidence }) => kept(evidence.nodes)),
  drop: (row) => row.flows.flatMap(({ evidence }) => kept(evidence.drops)),
  call: (row) => row.flows.flatMap(({ evidence }) => kept(evidence.calls)),
  bytes: ({ traffic }) => sum(traffic.bytesSent, traffic.bytesReceived),
  packets: ({ traffic }) => sum(traffic.packetsSent, traffic.packetsReceived),
  connections: ({ traffic }) => known(traffic.connectionsStarted),
  denied: ({ traffic }) => known(traffic.connectionsDenied),
  age: (row) => [NOW - row.firstSeen],
  seen: (row) => [NOW - row.lastSeen],
};

function valuesOf(field: string, row: FlowGroup): readonly (string | number)[] {
  const line = LINE[field];
  if (line !== undefined) return line(row);
  const [side, name = ''] = field.includes('.') ? field.split('.') : ['either', field];
  return (['source', 'dest'] as const).flatMap((one) =>
    side === 'either' || side === one
      ? row.flows.flatMap((flow) => END[name]?.(flow.key[one], flow, one) ?? [])
      : [],
  );
}

function equal(field: string, actual: string | number, typed: string): boolean {
  if (typeof actual === 'number') {
    const read =
      field === 'bytes' ? parseBytes : field === 'age' || field === 'seen' ? parseDuration : Number;
    return actual === read(typed);
  }
  if (/(^|\.)ip$/.test(field)) {
    const cidr = parseCidr(typed);
    const ip = parseIp(actual);
    return cidr !== null && ip !== null && cidrContains(cidr, ip);
  }
  if (/(^|\.)label$/.test(field) && !typed.includes('=')) return actual.split('=')[0] === typed;
  return actual === typed;
}

function compare(field: string, op: Operator, actual: string | number, typed: string): boolean {
  if (op === '=') return equal(field, actual, typed);
  if (op === '~') return String(actual).toLowerCase().includes(typed.toLowerCase());
  const bound =
    field === 'bytes' ? parseBytes(typed) : /age|seen/.test(field) ? parseDuration(typed) : Number(typed);
  const value = Number(actual);
  return op === '>'
    ? value > bound
    : op === '>='
      ? value >= bound
      : op === '<'
        ? value < bound
        : value <= bound;
}

const SEARCHED =
  'namespace workload address ip label service dns port protocol verdict policy node drop call'.split(' ');

/** What a filter means, said as plainly as can be. */
function naive(filter: Filter, row: FlowGroup): boolean {
  switch (filter.type) {
    case 'all':
      return true;
    case 'not':
      return !naive(filter.node, row);
    case 'and':
      return filter.nodes.every((node) => naive(node, row));
    case 'or':
      return filter.nodes.some((node) => naive(node, row));
    case 'text':
      return SEARCHED.some((field) =>
        valuesOf(field, row).some((value) => compare(field, '~', value, filter.value)),
      );
    case 'clause': {
      const { field, op } = filter;
      const actual = valuesOf(field, row);
      const some = (as: Operator) =>
        actual.some((value) => filter.values.some((typed) => compare(field, as, value, typed)));
      if (op === '!~') return !some('~');
      if (op !== '!=') return some(op);
      const unknown = ['bytes', 'packets', 'connections', 'denied'].includes(field) && actual.length === 0;
      return !unknown && !some('=');
    }
  }
}

describe('compileFilter', () => {
  it('matches what the filter says, for any filter and line', () => {
    fc.assert(
      fc.property(filters, fc.array(rows, { minLength: 1, maxLength: 8 }), (filter, lines) => {
        const normal = normalizeFilter(filter);
        const matches = compileFilter(filter);
        for (const row of lines) expect(matches(row, NOW)).toBe(naive(normal, row));
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes not for the opposite of any filter, unknown numbers or no', () => {
    fc.assert(
      fc.property(filters, rows, (filter, row) => {
        const negated = compileFilter({ type: 'not', node: filter });
        expect(negated(row, NOW)).toBe(!compileFilter(filter)(row, NOW));
      }),
    );
  });

  it('answers for more names than it remembers', () => {
    const [row] = fc.sample(rows, { seed: 3, numRuns: 1 });
    if (row === undefined) throw new Error('no sample');
    const matches = compileFilter(parseFilter('source.name~A7'));
    const named = (name: string): FlowGroup => ({
      ...row,
      flows: [],
      key: { ...row.key, source: { ...row.key.source, name } },
    });
    const names = Array.from({ length: 5_000 }, (_, i) => `a${i}`);
    const found = [...names, ...names].filter((name) => matches(named(name), NOW));
    expect(found).toEqual([...names, ...names].filter((name) => name.startsWith('a7')));
  });

  it('refuses a field there is none of', () => {
    expect(() => compileFilter({ type: 'clause', field: 'colour', op: '=', values: ['red'] })).toThrow(
      UnknownFieldError,
    );
  });
});

describe('a compiled filter', () => {
  const [sample] = fc.sample(rows, { seed: 7, numRuns: 1 });
  if (sample === undefined) throw new Error('no sample');
  const [flow] = sample.flows;
  if (flow === undefined) throw new Error('no flow');
  const end = (namespace: string, name: string, address = ''): Endpoint => ({
    kind: address === '' ? 'workload' : 'network',
    namespace,
    name,
    address,
  });
  const source = end('shop', 'frontend-7d9f5c8b6d-*');
  const dest = end('', 'pub', '203.0.113.7');
  const key = { ...flow.key, source, dest, port: 443, protocol: 'tcp' };
  const row: FlowGroup = {
    ...sample,
    key: { source, dest, port: 443, protocol: 'tcp' },
    flows: [
      { ...flow, key, evidence: NO_EVIDENCE, sourceLabels: ['app=web', 'tier=front'], destLabels: null },
    ],
    traffic: { ...sample.traffic, bytesSent: null, bytesReceived: null, connectionsStarted: 3 },
  };
  const matches = (text: string) => compileFilter(parseFilter(text))(row, NOW);

  it.each([
    'workload=frontend',
    'pod=frontend-7d9f5c8b6d-*',
    'source=frontend',
    'namespace!=bank',
    'dest.namespace=""',
    'dest.ip=203.0.113.0/24',
    'ip=203.0.113.7',
    'label=app',
    'source.label=app=web',
    'label~FRONT',
    'connections>=3',
    'not bytes=0',
    'port=80,443',
    'SHOP 443',
  ])('matches with %s', (text) => expect(matches(text)).toBe(true));

  it.each([
    'name=frontend',
    'dest=frontend',
    'namespace!=shop',
    'dest.ip=10.0.0.0/8',
    'dest.label=app',
    'label=app=we',
    'bytes=0',
    'bytes!=0',
    'bytes>=0',
    'port!=443',
    'workload=front',
    'dns=203.0.113.7',
  ])('does not match with %s', (text) => expect(matches(text)).toBe(false));
});
