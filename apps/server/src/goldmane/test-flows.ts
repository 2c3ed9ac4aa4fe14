import {
  type Clock,
  type Counters,
  type FlowRecord,
  type Millis,
  millis,
  NO_EVIDENCE,
} from '@vibrissa/model';
import { readTrace } from '@vibrissa/protocol';
import { HotStore } from '@vibrissa/store';
import { FlowWindows } from './flow-windows.js';

export const BUCKET_MS = 15_000;

/** A moment at which a bucket begins. */
export const BEGIN = 1_770_000_000_000;

/** What a test says of a record; the rest is some flow or other. */
export interface FlowSpec {
  readonly start?: number;
  readonly source?: string;
  readonly sourceNamespace?: string;
  readonly dest?: string;
  readonly destNamespace?: string;
  readonly destKind?: FlowRecord['key']['dest']['kind'];
  readonly address?: string;
  readonly port?: number;
  readonly protocol?: string;
  readonly reporter?: 'src' | 'dst' | 'fwd';
  readonly verdict?: 'allow' | 'deny' | 'unknown';
  readonly enforced?: readonly string[];
  readonly pending?: readonly string[];
  readonly labels?: readonly string[] | null;
  readonly counters?: Partial<Counters>;
}

export function flowRecord(spec: FlowSpec = {}): FlowRecord {
  const trace = readTrace(spec.enforced ?? ['0|default|np:data/allow-web|allow|0'], spec.pending ?? []);
  if ('field' in trace) throw new Error(`${trace.field} ${trace.reason}`);
  const start = spec.start ?? BEGIN;
  const labels = spec.labels ?? null;
  return {
    key: {
      source: {
        kind: 'workload',
        namespace: spec.sourceNamespace ?? 'shop',
        name: spec.source ?? 'web-*',
        address: '',
      },
      dest: {
        kind: spec.destKind ?? 'workload',
        namespace: spec.destNamespace ?? 'data',
        name: spec.dest ?? 'db-0',
        address: spec.address ?? '',
      },
      port: spec.port ?? 5432,
      protocol: spec.protocol ?? 'tcp',
      service: null,
      reporter: spec.reporter ?? 'dst',
      verdict: spec.verdict ?? 'allow',
      trace,
    },
    start: millis(start),
    end: millis(start + 1_000),
    counters: {
      packetsIn: 1,
      packetsOut: 2,
      bytesIn: 10,
      bytesOut: 20,
      connectionsStarted: 1,
      connectionsCompleted: 1,
      connectionsLive: 1,
      ...spec.counters,
    },
    sourceLabels: labels,
    destLabels: labels,
    evidence: NO_EVIDENCE,
  };
}

/** A ring of an hour at a time of its own, and its readers. */
export class TestRing implements Clock {
  time = BEGIN;
  readonly store: HotStore;
  readonly windows: FlowWindows;

  constructor(options: { readonly buckets?: number; readonly maxSlots?: number } = {}) {
    const { buckets = 240, maxSlots = 1_000_000 } = options;
    this.store = new HotStore({ clock: this, bucketMs: BUCKET_MS, buckets, maxSlots });
    this.windows = new FlowWindows({ store: this.store, clock: this });
  }

  now(): Millis {
    return millis(this.time);
  }

  add(...specs: FlowSpec[]): void {
    for (const spec of specs) this.store.ring.append(flowRecord({ start: this.time, ...spec }));
  }

  /** Goes on by some buckets, one after the other. */
  roll(buckets = 1): void {
    for (let i = 0; i < buckets; i++) {
      this.time = (Math.floor(this.time / BUCKET_MS) + 1) * BUCKET_MS;
      this.store.ring.advance();
      this.windows.tick();
      while (!this.store.ring.sweep(1_000));
    }
  }

  /** What has come in since is told to who waits for it. */
  tick(): void {
    this.windows.tick();
  }
}
