import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { JsonValue } from '@bufbuild/protobuf';
import type { FlowRecord } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../read-record.js';
import { isProblem } from '../record-problem.js';
import { writeRecord } from '../write-record.js';
import type { HubbleFlow } from './hubble-event.js';
import { HubbleConverter } from './hubble-flow.js';
import { HubbleEventReader } from './read-event.js';
import { readHubbleJson } from './read-json.js';
import { jsonToGetFlowsResponse } from './write-messages.js';

const folder = new URL('../../../../../shared/data/hubble/', import.meta.url);
const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ndjson')) : [];
if (files.length === 0)
  console.log(`no captures in ${folder.pathname}: tests of real Hubble flows do nothing`);

/** What the tests look at in a line as it was captured. */
interface Line {
  readonly flow: {
    readonly verdict: string;
    readonly drop_reason_desc?: string;
    readonly reply?: boolean;
    readonly source: End;
    readonly destination: End;
    readonly l4?: { readonly TCP?: Ports };
    readonly IP: { readonly source: string; readonly destination: string };
    readonly trace_observation_point?: string;
    readonly is_reply?: boolean;
  };
}
interface End {
  readonly namespace?: string;
  readonly labels?: readonly string[];
}
interface Ports {
  readonly source_port: number;
  readonly destination_port: number;
}

function linesOf(file: string): string[] {
  return readFileSync(new URL(file, folder), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function convert(flows: readonly HubbleFlow[]): FlowRecord[] {
  const converter = new HubbleConverter();
  return flows.map((flow) => {
    const record = converter.convert(flow);
    if (typeof record === 'string') throw new Error(`skipped: ${record}`);
    return record;
  });
}

function fromJson(lines: readonly string[]): HubbleFlow[] {
  return lines.map((line) => {
    const event = readHubbleJson(JSON.parse(line));
    if (isProblem(event) || event.kind !== 'flow') throw new Error(JSON.stringify(event));
    return event.flow;
  });
}

function fromWire(lines: readonly string[]): HubbleFlow[] {
  const reader = new HubbleEventReader();
  return lines.map((line) => {
    const event = reader.read(jsonToGetFlowsResponse(JSON.parse(line) as JsonValue));
    if (event.kind !== 'flow') throw new Error(event.kind);
    return event.flow;
  });
}

function count<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort());
}

function namespaceOf({ namespace, labels = [] }: End): string {
  const label = labels.find((text) => text.startsWith('k8s:io.kubernetes.pod.namespace='));
  return namespace ?? label?.split('=')[1] ?? '';
}

/** By the ports where nothing else tells: in these captures only known ports are below 32,768. */
function isReply({ flow }: Line): boolean {
  if (flow.is_reply !== undefined || flow.reply === true) return flow.is_reply ?? true;
  const { source_port = 0, destination_port = 0 } = flow.l4?.TCP ?? {};
  return flow.verdict !== 'DROPPED' && source_port > 0 && source_port < 32_768 && destination_port >= 32_768;
}

describe.each(files)('%s', (file) => {
  const lines = linesOf(file);
  const raw = lines.map((line) => JSON.parse(line) as Line);

  it('reads every line, from JSON and from the wire to the same', () => {
    expect(fromWire(lines)).toEqual(fromJson(lines));
    for (const line of lines) expect(isProblem(readRecord(line))).toBe(false);
  });

  it('has the verdicts the file has', () => {
    const verdicts: Record<string, string> = {
      FORWARDED: 'allow',
      REDIRECTED: 'allow',
      'DROPPED POLICY_DENIED': 'deny',
      'DROPPED POLICY_DENY': 'deny',
      'DROPPED INVALID_SOURCE_IP': 'unknown',
    };
    const expected = count(raw, ({ flow }) => {
      const reason = flow.drop_reason_desc === undefined ? '' : ` ${flow.drop_reason_desc}`;
      return verdicts[flow.verdict + reason] ?? 'not foreseen';
    });
    expect(count(convert(fromWire(lines)), ({ key }) => key.verdict)).toEqual(expected);
  });

  it('has the drop reasons the file has', () => {
    const told = raw.flatMap(({ flow }) => flow.drop_reason_desc ?? []);
    const records = convert(fromWire(lines));
    const kept = records.flatMap(({ evidence }) => evidence.drops.kept.map(([reason]) => reason));
    expect(count(kept, String)).toEqual(count(told, String));
  });

  it('has the pairs of namespaces the file has, in the direction of the connection', () => {
    const expected = count(raw, (line) => {
      const ends = [namespaceOf(line.flow.source), namespaceOf(line.flow.destination)];
      return (isReply(line) ? ends.reverse() : ends).join(' > ');
    });
    const found = count(convert(fromWire(lines)), ({ key: { source, dest } }) =>
      [source.namespace, dest.namespace].join(' > '),
    );
    expect(found).toEqual(expected);
  });

  it('survives being written as records', () => {
    for (const record of convert(fromJson(lines))) expect(readRecord(writeRecord(record))).toEqual(record);
  });

  it('counts every denied packet once and knows of no bytes', () => {
    const records = convert(fromWire(lines));
    const denied = records.filter(({ key }) => key.verdict === 'deny');
    expect(denied.map(({ counters }) => counters.connectionsStarted)).toEqual(denied.map(() => 1));
    expect(records.every(({ counters }) => counters.bytesIn === null && counters.packetsIn === null)).toBe(
      true,
    );
  });

  it('counts no connection twice at one end', () => {
    const tuples = new Set<string>();
    let started = 0;
    for (const { key, counters, evidence } of convert(fromJson(lines))) {
      if (key.verdict !== 'allow') continue;
      const [ip] = evidence.sourceIps.kept.map(([text]) => text);
      const [to] = evidence.destIps.kept.map(([text]) => text);
      const [port] = evidence.sourcePorts.kept.map(([text]) => text);
      tuples.add([ip, port, to, key.port, key.reporter].join(' '));
      started += counters.connectionsStarted ?? 0;
    }
    expect(started).toBeLessThanOrEqual(tuples.size);
  });
});

it.runIf(files.includes('ci-egress-denied.ndjson'))('names who was refused what', () => {
  const records = convert(fromWire(linesOf('ci-egress-denied.ndjson')));
  const [first] = records;
  expect(first?.key).toMatchObject({
    source: { kind: 'workload', namespace: 'jenkins-ci-builds', name: 'ci-angular2-mxr1q', address: '' },
    dest: { kind: 'network', namespace: '', name: 'pub', address: 'github.com' },
    port: 443,
    reporter: 'src',
    verdict: 'deny',
    trace: {
      enforced: [{ kind: 'EndOfTier', action: 'deny', ruleIndex: -1, trigger: null, name: '', tier: '' }],
    },
  });
  expect(first?.sourceLabels).toContain('app=ci-build-node');
  expect(first?.sourceLabels?.some((label) => label.startsWith('io.'))).toBe(false);
});
