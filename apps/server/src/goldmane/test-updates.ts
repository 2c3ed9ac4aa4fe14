import { type FlowRecord, millis, NO_EVIDENCE, NO_TRACE, UNKNOWN_COUNTERS } from '@vibrissa/model';
import { flowUpdateBytes } from '@vibrissa/protocol';

export interface TestUpdate {
  /** Seconds. */
  readonly start: number;
  readonly port?: number;
  readonly source?: string;
  readonly bytesIn?: number;
  readonly connectionsStarted?: number;
}

/** What Felix sends of one flow over one interval. */
export function updateBytes({
  start,
  port = 443,
  source = 'web-*',
  bytesIn = 100,
  connectionsStarted = 1,
}: TestUpdate): Uint8Array {
  const record: FlowRecord = {
    key: {
      source: { kind: 'workload', namespace: 'shop', name: source, address: '' },
      dest: { kind: 'workload', namespace: 'data', name: 'db-0', address: '' },
      port,
      protocol: 'tcp',
      service: null,
      reporter: 'src',
      verdict: 'allow',
      trace: NO_TRACE,
    },
    start: millis(start * 1000),
    end: millis(start * 1000),
    counters: { ...UNKNOWN_COUNTERS, bytesIn, connectionsStarted },
    sourceLabels: ['app=web'],
    destLabels: ['app=db'],
    evidence: NO_EVIDENCE,
  };
  return flowUpdateBytes(record);
}
