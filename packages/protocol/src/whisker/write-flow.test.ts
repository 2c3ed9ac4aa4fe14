import { existsSync, readFileSync } from 'node:fs';
import { type FlowRecord, millis, NO_EVIDENCE, NO_TRACE, UNKNOWN_COUNTERS } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { FilterType } from '../gen/goldmane_pb.js';
import { readTrace } from '../trace-text.js';
import { whiskerHint, writeWhiskerFlow } from './write-flow.js';

const START = Date.UTC(2026, 8, 27, 11, 32, 15);

function record(key: Partial<FlowRecord['key']>, rest: Partial<FlowRecord> = {}): FlowRecord {
  return {
    key: {
      source: { kind: 'workload', namespace: 'storefront', name: 'scraper-655c844475-*', address: '' },
      dest: { kind: 'workload', namespace: 'storefront', name: 'web-574ff6d9fd-*', address: '' },
      port: 80,
      protocol: 'tcp',
      service: null,
      reporter: 'dst',
      verdict: 'deny',
      trace: NO_TRACE,
      ...key,
    },
    start: millis(START),
    end: millis(START + 15_000),
    counters: UNKNOWN_COUNTERS,
    sourceLabels: null,
    destLabels: null,
    evidence: NO_EVIDENCE,
    ...rest,
  };
}

function trace(enforced: readonly string[], pending: readonly string[] = []) {
  const read = readTrace(enforced, pending);
  if ('field' in read) throw new Error(read.reason);
  return read;
}

const sample = new URL(
  '../../../../../shared/data/calico/whisker-flowresponse-kubyl-spike.ndjson',
  import.meta.url,
);
if (!existsSync(sample)) console.log('real flows of Whisker are not here: ../shared/data/calico is absent');

describe.runIf(existsSync(sample))('real flows of Whisker', () => {
  const lines = existsSync(sample) ? readFileSync(sample, 'utf8').trim().split('\n') : [];

  it('writes the same bytes for a flow that a policy denied', () => {
    const flow = record(
      { trace: trace(['0|default|np:storefront/web-guard|deny|0']) },
      {
        counters: { ...UNKNOWN_COUNTERS, packetsIn: 8, packetsOut: 0, bytesIn: 592, bytesOut: 0 },
        sourceLabels: [
          'app=scraper',
          'pod-template-hash=655c844475',
          'projectcalico.org/namespace=storefront',
          'team=storefront',
        ],
        destLabels: ['app=web', 'pod-template-hash=574ff6d9fd', 'team=storefront'],
      },
    );
    expect(writeWhiskerFlow(flow)).toBe(lines[0]);
  });

  it('writes the same bytes for the end of a tier and for a profile', () => {
    const endOfTier = record(
      {
        source: { kind: 'workload', namespace: 'storefront', name: 'shopper-6fd84cfbb4-*', address: '' },
        dest: { kind: 'workload', namespace: 'payments', name: 'ledger-api-5cd68f8d6c-*', address: '' },
        trace: trace(['0|default|knp:payments/ledger-api-isolation|deny|-1']),
      },
      {
        counters: { ...UNKNOWN_COUNTERS, packetsIn: 30, bytesIn: 2220 },
        sourceLabels: ['app=shopper', 'pod-template-hash=6fd84cfbb4'],
        destLabels: ['app=ledger-api', 'pod-template-hash=5cd68f8d6c'],
      },
    );
    expect(writeWhiskerFlow(endOfTier)).toBe(lines[1]);
    const profile = record(
      {
        dest: { kind: 'workload', namespace: 'kube-system', name: 'coredns-559f6c778d-*', address: '' },
        port: 53,
        protocol: 'udp',
        verdict: 'allow',
        trace: trace([
          '0|calico-system|np:kube-system/calico-system.cluster-dns|pass|1',
          '1|__PROFILE__|pro:kns.kube-system|allow|0',
        ]),
      },
      {
        start: millis(START - 15_000),
        end: millis(START),
        counters: { ...UNKNOWN_COUNTERS, packetsIn: 2, packetsOut: 2, bytesIn: 156, bytesOut: 297 },
        sourceLabels: ['app=scraper'],
        destLabels: ['k8s-app=kube-dns'],
      },
    );
    expect(writeWhiskerFlow(profile)).toBe(lines[2]);
  });
});

describe('writeWhiskerFlow', () => {
  it('calls networks what people call them, and has a dash for no namespace', () => {
    const flow = record({
      source: { kind: 'network', namespace: '', name: 'pvt', address: '' },
      dest: { kind: 'network', namespace: '', name: 'pub', address: '' },
    });
    expect(JSON.parse(writeWhiskerFlow(flow))).toMatchObject({
      source_name: 'PRIVATE NETWORK',
      source_namespace: '-',
      dest_name: 'PUBLIC NETWORK',
      dest_namespace: '-',
    });
  });

  it('has lists of policies also where there are none: the page breaks on null', () => {
    expect(JSON.parse(writeWhiskerFlow(record({})))).toMatchObject({
      policies: { enforced: [], pending: [] },
    });
  });

  it('has a word for a rule that only logs: the page breaks on what is unspecified', () => {
    const [hit] = JSON.parse(writeWhiskerFlow(record({ trace: trace(['0|default|gnp:watch|log|0']) })))
      .policies.enforced;
    expect(hit.action).toBe('Log');
  });

  it('says so where verdict and reporter are not known', () => {
    expect(JSON.parse(writeWhiskerFlow(record({ verdict: 'unknown', reporter: 'fwd' })))).toMatchObject({
      action: 'ActionUnspecified',
      reporter: 'ReporterUnspecified',
    });
  });

  it('stays JSON whatever names and labels say', () => {
    const hostile = 'a"\\\n\u2028</script> | é😀\ud800';
    const flow = record(
      { source: { kind: 'workload', namespace: hostile, name: hostile, address: '' }, protocol: hostile },
      { sourceLabels: [hostile, 'b'], counters: { ...UNKNOWN_COUNTERS, bytesIn: 2 ** 53 } },
    );
    const read = JSON.parse(writeWhiskerFlow(flow));
    expect(read).toMatchObject({ source_name: hostile, protocol: hostile, source_labels: `${hostile} | b` });
    expect(writeWhiskerFlow(flow)).not.toContain('\n');
  });
});

describe('whiskerHint', () => {
  it('calls namespaces and networks what people call them, and leaves the rest alone', () => {
    expect(whiskerHint(FilterType.FilterTypeSourceNamespace, '-')).toBe('Global');
    expect(whiskerHint(FilterType.FilterTypeDestNamespace, '')).toBe('Global');
    expect(whiskerHint(FilterType.FilterTypeDestName, 'pub')).toBe('PUBLIC NETWORK');
    expect(whiskerHint(FilterType.FilterTypePolicyName, 'pub')).toBe('pub');
  });
});
