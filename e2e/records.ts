/** ms of a bucket of the server, and so of what one record tells of. */
export const BUCKET = 15_000;

/** What one workload calls of another for a while, as one node reports it bucket by bucket. */
export interface Call {
  /** Namespace and workload, as `shop/checkout`. */
  readonly source: string;
  /** Likewise; an address where it is outside the cluster. */
  readonly dest: string;
  readonly port: number;
  readonly action: 'allow' | 'deny';
  /** The policy that decided, in the namespace of the destination. */
  readonly policy: string;
  /** ms since the epoch; whole buckets. */
  readonly from: number;
  readonly to: number;
  /** Connections tried in each bucket. */
  readonly tries: number;
}

/** A record as the server takes it. */
export type SentRecord = Readonly<Record<string, unknown>>;

/** The records of a call, oldest first. */
export function recordsOf({ source, dest, port, action, policy, from, to, tries }: Call): SentRecord[] {
  const hits = [`0|default|np:${policy}|${action}|0`];
  const records: SentRecord[] = [];
  for (let start = from; start < to; start += BUCKET) {
    const answered = action === 'allow' ? tries : 0;
    records.push({
      start,
      end: start + BUCKET,
      reporter: 'dst',
      action,
      source: endOf(source),
      dest: endOf(dest),
      port,
      protocol: 'tcp',
      packetsIn: 4 * tries,
      packetsOut: 4 * answered,
      bytesIn: 240 * tries,
      bytesOut: 1_000 * answered,
      connectionsStarted: tries,
      connectionsCompleted: answered,
      enforced: hits,
      pending: hits,
    });
  }
  return records;
}

function endOf(name: string): SentRecord {
  const [namespace = '', workload] = name.split('/');
  return workload === undefined
    ? { kind: 'network', namespace: '', name: 'pub', address: name }
    : { namespace, name: `${workload}-*` };
}

/** Who sends, and how often it has; a server counts a repeat of the same once. */
export interface Sender {
  readonly name: string;
  readonly sequence: number;
}

/** Sends records to a server; throws unless it took every one of them, or had done so before. */
export async function send(url: string, records: readonly SentRecord[] | string, sender?: Sender) {
  const reply = await fetch(new URL('/api/v1/flows', url), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-ndjson',
      ...(sender !== undefined && {
        'x-vibrissa-agent': sender.name,
        'x-vibrissa-sequence': String(sender.sequence),
      }),
    },
    body: typeof records === 'string' ? records : records.map((record) => JSON.stringify(record)).join('\n'),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`the server did not take the records: ${reply.status} ${text}`);
  const result: { accepted: number; rejected: number; duplicate: number } = JSON.parse(text);
  if (result.rejected > 0) throw new Error(`the server took only some of the records: ${text}`);
  return result;
}
