import type { RowDef, Rows, RowUpdate } from '@vibrissa/protocol/messages';

/** Builders for what a server says, for tests. */

export function aDef(id: number, change: Partial<RowDef> = {}): RowDef {
  return {
    id,
    source: ['workload', 'shop', `caller-${id}`, ''],
    dest: ['workload', 'data', 'db', ''],
    port: 5432,
    protocol: 'tcp',
    service: null,
    firstSeen: 1_000 + id,
    newSince: null,
    ...change,
  };
}

export interface UpdateFields {
  readonly lastSeen: number;
  readonly verdict: number;
  readonly pending: number;
  readonly decidedBy: number;
  readonly bytesSent: number | null;
  readonly recentAt: number;
  readonly recent: number;
  readonly lossy: number;
}

/** Allowed, unless said otherwise. */
export function anUpdate(id: number, change: Partial<UpdateFields> = {}): RowUpdate {
  const fields: UpdateFields = {
    lastSeen: 2_000,
    verdict: 0,
    pending: 0,
    decidedBy: -1,
    bytesSent: 0,
    recentAt: 15_000,
    recent: 0,
    lossy: 0,
    ...change,
  };
  const { lastSeen, verdict, pending, decidedBy, bytesSent, recentAt, recent, lossy } = fields;
  return [
    id,
    lastSeen,
    verdict,
    pending,
    decidedBy,
    -1,
    bytesSent,
    0,
    0,
    0,
    0,
    0,
    0,
    recentAt,
    recent,
    lossy,
  ];
}

export function aRows(change: Partial<Rows> = {}): Rows {
  return {
    type: 'rows',
    id: 1,
    phase: 'live',
    defs: [],
    rows: [],
    gone: [],
    deciders: [],
    total: 0,
    cursor: 'c',
    now: 0,
    ...change,
  };
}

/** A whole snapshot of these rows, allowed. */
export function aSnapshot(ids: readonly number[], change: Partial<Rows> = {}): Rows {
  return aRows({
    phase: 'snapshot',
    reset: true,
    done: true,
    defs: ids.map((id) => aDef(id)),
    rows: ids.map((id) => anUpdate(id)),
    total: ids.length,
    ...change,
  });
}
