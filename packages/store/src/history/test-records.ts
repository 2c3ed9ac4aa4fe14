import { type FlowRecord, millis, NO_EVIDENCE, NO_TRACE, tallyOf } from '@vibrissa/model';
import { BUCKET_MS } from './test-parts.js';

/** The record of one of many workloads in a bucket, for tests. */
export function recordOf(workload: number, bucket: number, more: Partial<FlowRecord> = {}): FlowRecord {
  const start = bucket * BUCKET_MS;
  return {
    key: {
      source: { kind: 'workload', namespace: 'shop', name: `web-${workload}`, address: '' },
      dest: { kind: 'network', namespace: '', name: 'pub', address: 'db.example.com' },
      port: 5432,
      protocol: 'tcp',
      service: { namespace: 'data', name: 'db', portName: 'sql', port: 5432 },
      reporter: 'src',
      verdict: workload % 2 === 0 ? 'allow' : 'deny',
      trace: NO_TRACE,
    },
    start: millis(start + 10),
    end: millis(start + 9_000),
    counters: {
      packetsIn: 3,
      packetsOut: 4,
      bytesIn: 300,
      bytesOut: null,
      connectionsStarted: 1,
      connectionsCompleted: 0,
      connectionsLive: null,
    },
    sourceLabels: ['app=web', 'tier=front'],
    destLabels: null,
    evidence: { ...NO_EVIDENCE, sourceIps: tallyOf([`10.0.0.${workload % 256}`]) },
    ...more,
  };
}
