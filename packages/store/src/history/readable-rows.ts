import { ENDPOINT_KINDS, REPORTERS, VERDICTS } from '@vibrissa/model';

/** The text at a place in a list of the model. */
function named(list: readonly string[], place: string): string {
  return `[${list.map((name) => `'${name}'`).join(', ')}][${place} + 1]`;
}

/**
 * A query for facts with everything that numbers stand for in words, oldest first. `from` is a table of facts with,
 * after WHERE, what is chosen of it. Labels are JSON lists of `key=value`; NULL is unknown.
 */
export function readableRows(from: string, bucketMs: number): string {
  const at = (ms: string) => `epoch_ms((bucket::BIGINT * ${bucketMs} + ${ms})::BIGINT)`;
  const end = (side: 'source' | 'dest', alias: string) =>
    `${named(ENDPOINT_KINDS, `${alias}.kind`)} AS ${side}_kind, ${alias}.namespace AS ${side}_namespace,
     ${alias}.name AS ${side}_name, ${alias}.address AS ${side}_address`;
  return `SELECT ${at('0')} AS "start", ${at('end_ms')} AS "end",
    ${end('source', 'a')}, ${end('dest', 'b')}, k.port AS port, p.name AS protocol,
    v.namespace AS service_namespace, v.name AS service_name, v.port AS service_port,
    ${named(REPORTERS, 'k.reporter')} AS reporter, ${named(VERDICTS, 'k.verdict')} AS verdict,
    ${named(VERDICTS, 'k.pending')} AS pending_verdict,
    packets_in, packets_out, bytes_in, bytes_out,
    started AS connections_started, completed AS connections_completed, live AS connections_live,
    d.kind AS policy_kind, d.namespace AS policy_namespace, d.name AS policy_name, d.tier AS policy_tier,
    la.labels AS source_labels, lb.labels AS dest_labels
  FROM (SELECT * FROM ${from}) f
    JOIN series s ON s.id = f.series
    JOIN keys k ON k.id = s.key
    JOIN endpoints a ON a.id = k.source
    JOIN endpoints b ON b.id = k.dest
    JOIN protocols p ON p.id = k.protocol
    LEFT JOIN services v ON v.id = k.service
    LEFT JOIN (SELECT * FROM trace_hits WHERE decides AND NOT staged) d ON d.trace = k.trace
    LEFT JOIN label_sets la ON la.id = s.source_labels
    LEFT JOIN label_sets lb ON lb.id = s.dest_labels
  ORDER BY f.bucket`;
}
