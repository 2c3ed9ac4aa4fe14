import { existsSync, readFileSync } from 'node:fs';
import type { FlowRecord } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { readRecordValue } from './read-record.js';
import { isProblem } from './record-problem.js';

const DOCUMENT = {
  start_time: 1659621542,
  end_time: 1659621842,
  source_ip: '10.48.116.157',
  source_name: 'multitool',
  source_name_aggr: 'multitool',
  source_namespace: 'default',
  source_port: null,
  source_type: 'wep',
  source_labels: { labels: ['run=multitool'] },
  dest_ip: '10.48.127.224',
  dest_name: 'checkout-598d5b586d-wsvmz',
  dest_name_aggr: 'checkout-598d5b586d-*',
  dest_namespace: 'shop',
  dest_port: 5050,
  dest_type: 'wep',
  dest_labels: '-',
  dest_service_namespace: 'shop',
  dest_service_name: 'checkout',
  dest_service_port: 'grpc',
  dest_service_port_num: 5050,
  proto: 'tcp',
  action: 'deny',
  reporter: 'dst',
  policies: { all_policies: ['1|app|shop/app.checkout|deny|-1', '0|security|security.tenant|pass|0'] },
  bytes_in: 300,
  bytes_out: 0,
  num_flows: 3,
  num_flows_started: 2,
  num_flows_completed: 1,
  packets_in: 5,
  packets_out: 0,
  process_args: ['-'],
  host: 'node-1',
};

function read(change: object = {}): FlowRecord {
  const record = readRecordValue({ ...DOCUMENT, ...change });
  if (isProblem(record)) throw new Error(`${record.field} ${record.reason}`);
  return record;
}

describe('a flow-log document', () => {
  it('becomes a record', () => {
    const { key, start, end, counters, sourceLabels, destLabels, evidence } = read();
    expect(key).toMatchObject({
      source: { kind: 'workload', namespace: 'default', name: 'multitool', address: '' },
      dest: { kind: 'workload', namespace: 'shop', name: 'checkout-598d5b586d-*', address: '' },
      port: 5050,
      protocol: 'tcp',
      service: { namespace: 'shop', name: 'checkout', portName: 'grpc', port: 5050 },
      reporter: 'dst',
      verdict: 'deny',
    });
    expect(key.trace.enforced.map((hit) => hit.kind)).toEqual(['GlobalNetworkPolicy', 'EndOfTier']);
    expect([start, end]).toEqual([1659621542000, 1659621842000]);
    expect(counters).toEqual({
      packetsIn: 5,
      packetsOut: 0,
      bytesIn: 300,
      bytesOut: 0,
      connectionsStarted: 2,
      connectionsCompleted: 1,
      connectionsLive: 3,
    });
    expect([sourceLabels, destLabels]).toEqual([['run=multitool'], null]);
    expect(evidence.sourceIps.kept).toEqual([['10.48.116.157', 1]]);
    expect(evidence.nodes.kept).toEqual([['node-1', 1]]);
  });

  it.each([1659621542, 1659621542000, '1659621542', '2022-08-04T13:59:02Z'])('takes %s as a time', (time) => {
    expect(read({ start_time: time }).start).toBe(1659621542000);
  });

  it('of full aggregation names no pods, addresses or ports', () => {
    const { key, evidence } = read({
      source_name: '-',
      source_ip: null,
      dest_name: '-',
      dest_ip: null,
      dest_port: null,
      source_labels: null,
      proto: 1,
    });
    expect(key).toMatchObject({ port: 0, protocol: 'icmp', source: { name: 'multitool' } });
    expect(evidence.sourceIps.mentions).toBe(0);
  });

  it('of no aggregation keeps the source port as evidence', () => {
    expect(read({ source_port: 43092 }).evidence.sourcePorts.kept).toEqual([['43092', 1]]);
  });

  it('tells destinations outside apart, and not sources', () => {
    const out = { dest_type: 'net', dest_name_aggr: 'pub', dest_namespace: '-', dest_ip: '203.0.113.9' };
    expect(read(out).key.dest).toEqual({
      kind: 'network',
      namespace: '',
      name: 'pub',
      address: '203.0.113.9',
    });
    const named = read({ ...out, dest_domains: ['api.example.com'] });
    expect(named.key.dest.address).toBe('api.example.com');
    expect(named.evidence.dnsNames.kept).toEqual([['api.example.com', 1]]);
    expect(read({ ...out, dest_domains: ['a.example', 'b.example'] }).key.dest.address).toBe('203.0.113.9');
    const from = read({ source_type: 'net', source_name_aggr: 'pub', source_ip: '203.0.113.9' });
    expect(from.key.source).toMatchObject({ kind: 'network', address: '' });
    expect(from.evidence.sourceIps.kept).toEqual([['203.0.113.9', 1]]);
  });

  it('without a type is what its name says', () => {
    expect(read({ dest_type: undefined, dest_name_aggr: 'pvt' }).key.dest.kind).toBe('network');
    expect(read({ dest_type: undefined }).key.dest.kind).toBe('workload');
    expect(
      read({ source_type: 'hep', source_name_aggr: 'node-1', source_namespace: '-' }).key.source,
    ).toMatchObject({
      kind: 'host',
      namespace: '',
    });
  });

  it('keeps the clients behind an ingress as evidence', () => {
    const { evidence } = read({ original_source_ips: ['198.51.100.7'] });
    expect(evidence.sourceIps.kept).toEqual([
      ['10.48.116.157', 1],
      ['198.51.100.7', 1],
    ]);
  });

  it('has no service when its name is a dash, and no one port when it is a star', () => {
    expect(read({ dest_service_name: '-' }).key.service).toBeNull();
    expect(read({ dest_service_port: '*', dest_service_port_num: null }).key.service).toMatchObject({
      portName: '',
      port: 0,
    });
    expect(read({ dest_service_port: '80', dest_service_port_num: null }).key.service?.port).toBe(80);
  });
});

describe('policies of a document', () => {
  it('leave staged ones out of what was enforced when only all are listed', () => {
    const { trace } = read({
      policies: {
        all_policies: ['0|default|shop/default.staged:x|deny|0', '1|default|shop/default.y|allow|0'],
      },
    }).key;
    expect(trace.enforced.map((hit) => hit.name)).toEqual(['y']);
    expect(trace.pending).toEqual([]);
  });

  it('keep enforced and pending apart when both are told', () => {
    const { trace } = read({
      policies: {
        enforced_policies: ['0|__PROFILE__|__PROFILE__.kns.shop|allow|0'],
        pending_policies: ['0|default|shop/staged:default.x|deny|-1'],
        all_policies: ['0|default|other|allow|0'],
      },
    }).key;
    expect(trace.enforced[0]).toMatchObject({ kind: 'Profile', name: 'kns.shop' });
    expect(trace.pending[0]?.trigger).toMatchObject({ kind: 'StagedNetworkPolicy', name: 'x' });
  });

  it('are those for forwarded traffic when a host only forwarded', () => {
    const { key } = read({
      reporter: 'fwd',
      policies: { transit_policies: ['0|default|default.out|allow|0'] },
    });
    expect(key.reporter).toBe('fwd');
    expect(key.trace.enforced[0]?.name).toBe('out');
  });

  it.each(['-', null, undefined, {}])('may be missing: %j', (policies) => {
    expect(read({ policies }).key.trace.enforced).toEqual([]);
  });
});

describe('what is refused', () => {
  it.each<[string, object]>([
    ['start_time', { start_time: undefined }],
    ['end_time', { end_time: 'soon' }],
    ['end_time', { end_time: 5 }],
    ['reporter', { reporter: 'someone' }],
    ['proto', { proto: null }],
    ['source_name_aggr', { source_name_aggr: '-', source_name: '-' }],
    ['dest_port', { dest_port: 70_000 }],
    ['dest_type', { dest_type: 'pod' }],
    ['bytes_in', { bytes_in: 'many' }],
    ['policies.enforced_policies[0]', { policies: { enforced_policies: ['x'] } }],
  ])('%s in %j', (field, change) => {
    const problem = readRecordValue(JSON.parse(JSON.stringify({ ...DOCUMENT, ...change })));
    expect(problem).toMatchObject({
      field,
      reason: expect.stringMatching(/./),
      remedy: expect.stringMatching(/\.$/),
    });
  });
});

const samples = new URL('../../../../shared/data/calico/enterprise-flowlogs-docs.json', import.meta.url);

describe.runIf(existsSync(samples))(
  'documents from Calico’s own pages (absent outside our own checkout)',
  () => {
    it('are read, but for those without a time', () => {
      const all: { rec: object }[] = JSON.parse(readFileSync(samples, 'utf8'));
      expect(all.length).toBeGreaterThan(0);
      for (const { rec } of all) {
        const result = readRecordValue(rec);
        if ('start_time' in rec) expect(result).toHaveProperty('key.trace.enforced.0.action');
        else expect(result).toMatchObject({ field: 'start_time', reason: 'is missing' });
      }
    });
  },
);
