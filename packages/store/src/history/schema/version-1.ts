/**
 * The first form of a history file. Ids are counted from 1 and only rise, so that what is new is what lies above a
 * number; 0 stands for "none" (services, traces) and "unknown" (labels) and has no row. Kinds of endpoints, reporters,
 * verdicts and kinds of evidence are places in the lists of the model, which may only be added to at the end.
 * There are no indexes: they cost more on every write than these few scans do.
 */
export const VERSION_1: readonly string[] = [
  'CREATE TABLE history.meta (version UINTEGER, bucket_ms UINTEGER)',
  'CREATE TABLE history.endpoints (id UINTEGER, kind UTINYINT, namespace VARCHAR, name VARCHAR, address VARCHAR)',
  'CREATE TABLE history.protocols (id UINTEGER, name VARCHAR)',
  'CREATE TABLE history.services (id UINTEGER, namespace VARCHAR, name VARCHAR, port_name VARCHAR, port USMALLINT)',
  // JSON texts: lists of hits, and of labels as `key=value`.
  'CREATE TABLE history.traces (id UINTEGER, enforced VARCHAR, pending VARCHAR)',
  `CREATE TABLE history.trace_hits (
    trace UINTEGER, staged BOOLEAN, decides BOOLEAN,
    kind VARCHAR, namespace VARCHAR, name VARCHAR, tier VARCHAR, action VARCHAR)`,
  'CREATE TABLE history.label_sets (id UINTEGER, labels VARCHAR)',
  'CREATE TABLE history.texts (id UINTEGER, value VARCHAR)',
  `CREATE TABLE history.keys (
    id UINTEGER, source UINTEGER, dest UINTEGER, port USMALLINT, protocol UINTEGER, service UINTEGER,
    reporter UTINYINT, verdict UTINYINT, pending UTINYINT, trace UINTEGER, connection UINTEGER, first_seen DOUBLE)`,
  'CREATE TABLE history.series (id UINTEGER, key UINTEGER, source_labels UINTEGER, dest_labels UINTEGER)',
  // NULL is unknown. `end_ms` counts from the start of the bucket.
  `CREATE TABLE history.facts (
    bucket UINTEGER, series UINTEGER, packets_in DOUBLE, packets_out DOUBLE, bytes_in DOUBLE, bytes_out DOUBLE,
    started UINTEGER, completed UINTEGER, live UINTEGER, end_ms UINTEGER)`,
  // Rows of one key, kind and value add up; value 0 is mentions of values that were not kept.
  'CREATE TABLE history.evidence (key UINTEGER, kind UTINYINT, value UINTEGER, mentions DOUBLE)',
  'CREATE TABLE history.mark (segment DOUBLE, bucket UINTEGER)',
];
