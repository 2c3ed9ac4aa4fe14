import { decidingHit, ENDPOINT_KINDS, pendingVerdict, policyOf, REPORTERS, VERDICTS } from '@vibrissa/model';
import type { AppendColumn } from './append-columns.js';
import type { HistoryKeys } from './history-keys.js';
import type { Rows } from './part-rows.js';
import { NAME_TABLES, type NameTable } from './schema/live-tables.js';

/** For each table of names one more than the largest id it has. */
export type NameBounds = Readonly<Record<NameTable, number>>;

export function boundsOf(keys: HistoryKeys): NameBounds {
  return {
    endpoints: keys.endpoints.bound,
    protocols: keys.protocols.bound,
    services: keys.services.bound,
    traces: keys.traces.bound,
    label_sets: keys.labelSets.bound,
    texts: keys.texts.bound,
    keys: keys.keys.bound,
    series: keys.series.bound,
  };
}

/** The rows of all names from one state of the dictionaries to a later one, by table. */
export function newNames(
  keys: HistoryKeys,
  from: NameBounds,
  to: NameBounds,
): ReadonlyMap<NameTable | 'trace_hits', Rows> {
  const rows = new Map<NameTable | 'trace_hits', Rows>();
  for (const table of NAME_TABLES) {
    const length = to[table] - from[table];
    if (length === 0) continue;
    const ids = Uint32Array.from({ length }, (_, at) => from[table] + at);
    rows.set(table, { length, columns: [{ type: 'words', values: ids }, ...COLUMNS[table](keys, ids)] });
    if (table === 'traces') rows.set('trace_hits', traceHits(keys, ids));
  }
  return rows;
}

type Ids = Uint32Array<ArrayBuffer>;

function texts(ids: Ids, of: (id: number) => string): AppendColumn {
  return { type: 'texts', values: Array.from(ids, of) };
}

function words(ids: Ids, of: (id: number) => number): AppendColumn {
  return { type: 'words', values: ids.map(of) };
}

function shorts(ids: Ids, of: (id: number) => number): AppendColumn {
  return { type: 'shorts', values: Uint16Array.from(ids, of) };
}

function bytes(ids: Ids, of: (id: number) => number): AppendColumn {
  return { type: 'bytes', values: Uint8Array.from(ids, of) };
}

/** The columns of each table but the id, in the order of the schema. */
const COLUMNS: Readonly<Record<NameTable, (keys: HistoryKeys, ids: Ids) => AppendColumn[]>> = {
  endpoints: ({ endpoints }, ids) => [
    bytes(ids, (id) => ENDPOINT_KINDS.indexOf(endpoints.get(id).kind)),
    texts(ids, (id) => endpoints.get(id).namespace),
    texts(ids, (id) => endpoints.get(id).name),
    texts(ids, (id) => endpoints.get(id).address),
  ],
  protocols: ({ protocols }, ids) => [texts(ids, (id) => protocols.get(id))],
  services: ({ services }, ids) => [
    texts(ids, (id) => services.get(id)?.namespace ?? ''),
    texts(ids, (id) => services.get(id)?.name ?? ''),
    texts(ids, (id) => services.get(id)?.portName ?? ''),
    shorts(ids, (id) => services.get(id)?.port ?? 0),
  ],
  traces: ({ traces }, ids) => [
    texts(ids, (id) => JSON.stringify(traces.get(id).enforced)),
    texts(ids, (id) => JSON.stringify(traces.get(id).pending)),
  ],
  label_sets: ({ labelSets }, ids) => [texts(ids, (id) => JSON.stringify(labelSets.get(id)))],
  texts: (keys, ids) => [texts(ids, (id) => keys.texts.get(id))],
  keys: (keys, ids) => [
    words(ids, (id) => keys.sourceId(id)),
    words(ids, (id) => keys.destId(id)),
    shorts(ids, (id) => keys.port(id)),
    words(ids, (id) => keys.protocolId(id)),
    words(ids, (id) => keys.serviceId(id)),
    bytes(ids, (id) => REPORTERS.indexOf(keys.reporter(id))),
    bytes(ids, (id) => VERDICTS.indexOf(keys.verdict(id))),
    bytes(ids, (id) => VERDICTS.indexOf(pendingVerdict(keys.trace(id)))),
    words(ids, (id) => keys.traceId(id)),
    words(ids, (id) => keys.lineOf(id, 'connection')),
    { type: 'floats', values: Float64Array.from(ids, (id) => keys.firstSeen(id)) },
  ],
  series: (keys, ids) => [
    words(ids, (id) => keys.seriesKey(id)),
    words(ids, (id) => keys.seriesSourceLabels(id)),
    words(ids, (id) => keys.seriesDestLabels(id)),
  ],
};

/** Every hit of a trace as the policy that it is put down to. */
function traceHits({ traces }: HistoryKeys, ids: Ids): Rows {
  const hits = Array.from(ids).flatMap((trace) => {
    const { enforced, pending } = traces.get(trace);
    return [
      ...enforced.map((hit) => ({ trace, staged: false, decides: hit === decidingHit(enforced), hit })),
      ...pending.map((hit) => ({ trace, staged: true, decides: hit === decidingHit(pending), hit })),
    ];
  });
  const of = (read: (hit: (typeof hits)[number]) => string): AppendColumn => ({
    type: 'texts',
    values: hits.map(read),
  });
  return {
    length: hits.length,
    columns: [
      { type: 'words', values: Uint32Array.from(hits, ({ trace }) => trace) },
      { type: 'flags', values: hits.map(({ staged }) => staged) },
      { type: 'flags', values: hits.map(({ decides }) => decides) },
      of(({ hit }) => policyOf(hit).kind),
      of(({ hit }) => policyOf(hit).namespace),
      of(({ hit }) => policyOf(hit).name),
      of(({ hit }) => policyOf(hit).tier),
      of(({ hit }) => hit.action),
    ],
  };
}
