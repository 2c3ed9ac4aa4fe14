/** Tables of names: what is new of them is what has an id above the highest that is on disk. */
export const NAME_TABLES = [
  'endpoints',
  'protocols',
  'services',
  'traces',
  'label_sets',
  'texts',
  'keys',
  'series',
] as const;

export type NameTable = (typeof NAME_TABLES)[number];

/**
 * What is not on disk, in memory beside the file, and views that show both as one. They are in the default catalog,
 * so a bare name is the view; the file's own tables are `history.<name>`.
 *
 * - `new_<names>`: rows of names that are not on disk yet.
 * - `waiting_*`: handed over, to be written; seen by queries. `staged_*`: handed over in part, not seen yet.
 * - `tail_*`: shown beyond that, never written.
 * - `unwritten_facts`: `waiting_facts` and `tail_facts`; `all_facts`: these and `history.facts`.
 */
const FACT_COLUMNS =
  'bucket, series, packets_in, packets_out, bytes_in, bytes_out, started, completed, live, end_ms';
const EVIDENCE_COLUMNS = 'key, kind, value, mentions';

export const LIVE_TABLES: readonly string[] = [
  ...[...NAME_TABLES, 'trace_hits'].flatMap((name) => [
    `CREATE TABLE new_${name} AS SELECT * FROM history.${name} LIMIT 0`,
    `CREATE VIEW ${name} AS SELECT * FROM history.${name} UNION ALL SELECT * FROM new_${name}`,
  ]),
  ...['next_tail', 'tail'].flatMap((stage) => [
    `CREATE TABLE ${stage}_facts AS SELECT * FROM history.facts LIMIT 0`,
    `CREATE TABLE ${stage}_evidence AS SELECT * FROM history.evidence LIMIT 0`,
  ]),
  // `hand` counts hand-overs: what is up to one is written together.
  ...['staged', 'waiting'].flatMap((stage) => [
    `CREATE TABLE ${stage}_facts AS SELECT *, 0::UINTEGER AS hand FROM history.facts LIMIT 0`,
    `CREATE TABLE ${stage}_evidence AS SELECT *, 0::UINTEGER AS hand FROM history.evidence LIMIT 0`,
  ]),
  'CREATE TABLE earlier (key UINTEGER, first_seen DOUBLE)',
  `CREATE VIEW unwritten_facts AS SELECT ${FACT_COLUMNS} FROM waiting_facts UNION ALL SELECT * FROM tail_facts`,
  'CREATE VIEW all_facts AS SELECT * FROM history.facts UNION ALL SELECT * FROM unwritten_facts',
  `CREATE VIEW evidence AS SELECT * FROM history.evidence
    UNION ALL SELECT ${EVIDENCE_COLUMNS} FROM waiting_evidence UNION ALL SELECT * FROM tail_evidence`,
];

export { EVIDENCE_COLUMNS, FACT_COLUMNS };
