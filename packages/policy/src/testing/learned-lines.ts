import {
  type Endpoint,
  type Flow,
  type FlowGroup,
  foldFlows,
  millis,
  NO_EVIDENCE,
  NO_TRACE,
  type Reporter,
  type Service,
  tallyOf,
  UNKNOWN_COUNTERS,
  type Verdict,
} from '@vibrissa/model';

/** Observed lines to learn from, each with the plainest value for what a test does not say. */
export const HOUR = 3_600_000;
export const NOW = Date.UTC(2026, 0, 2, 12);

export function pods(namespace: string, name: string): Endpoint {
  return { kind: 'workload', namespace, name: `${name}-7d9f5c8b6d-*`, address: '' };
}

export function network(name: string, address = ''): Endpoint {
  return { kind: 'network', namespace: '', name, address };
}

export interface LineWords {
  readonly source: Endpoint;
  readonly dest: Endpoint;
  readonly port: number;
  readonly protocol?: string;
  /** Of each report, where they differ. */
  readonly verdict?: Verdict | readonly Verdict[];
  readonly reporters?: readonly Reporter[];
  readonly sourceLabels?: readonly string[] | null;
  readonly destLabels?: readonly string[] | null;
  readonly sourceIps?: readonly string[];
  readonly destIps?: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly drops?: readonly string[];
  readonly service?: Service;
  readonly firstSeen?: number;
  /** Of each report, where they differ. */
  readonly lastSeen?: number | readonly number[];
  readonly packetsReceived?: number;
}

/** `app` is the name without what is generated; of what is no pod nothing is known. */
export function labelsOf({ kind, name }: Endpoint): readonly string[] | null {
  if (kind !== 'workload') return null;
  return [`app=${name.replace(/-7d9f5c8b6d-\*$/, '')}`, 'pod-template-hash=7d9f5c8b6d'];
}

export function line(words: LineWords): FlowGroup {
  const { source, dest, port, protocol = 'tcp', firstSeen = NOW - 2 * HOUR, service = null } = words;
  const { verdict = 'allow', lastSeen = NOW - HOUR, packetsReceived = 2 } = words;
  const flows = (words.reporters ?? ['src', 'dst']).map(
    (reporter, place): Flow => ({
      id: place,
      key: {
        source,
        dest,
        port,
        protocol,
        service,
        reporter,
        verdict: typeof verdict === 'string' ? verdict : (verdict[place] ?? 'unknown'),
        trace: NO_TRACE,
      },
      counters: {
        ...UNKNOWN_COUNTERS,
        connectionsStarted: 3,
        bytesIn: 100,
        bytesOut: 50,
        [reporter === 'src' ? 'packetsIn' : 'packetsOut']: packetsReceived,
      },
      sourceLabels: words.sourceLabels === undefined ? labelsOf(source) : words.sourceLabels,
      destLabels: words.destLabels === undefined ? labelsOf(dest) : words.destLabels,
      evidence: {
        ...NO_EVIDENCE,
        sourceIps: tallyOf(words.sourceIps ?? []),
        destIps: tallyOf(words.destIps ?? []),
        dnsNames: tallyOf(words.dnsNames ?? []),
        drops: tallyOf(words.drops ?? []),
      },
      firstSeen: millis(firstSeen),
      lastSeen: millis(typeof lastSeen === 'number' ? lastSeen : (lastSeen[place] ?? NOW)),
    }),
  );
  return foldFlows(0, { source, dest, port, protocol }, flows);
}
