import {
  compileFilter,
  ENDPOINT_KINDS,
  type Filter,
  type FlowGroup,
  type FlowRecord,
  foldFlows,
  fromRecord,
  GROUPINGS,
  type Grouping,
  groupKeyOf,
  millis,
  NO_EVIDENCE,
  POLICY_KINDS,
  type PolicyHit,
  parseFilter,
  printFilter,
  REPORTERS,
  UNKNOWN_COUNTERS,
  VERDICTS,
} from '@vibrissa/model';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RecordPart } from '../record-part.js';
import { filterSql } from './filter-sql.js';
import { DUCKDB_DIALECT } from './filter-sql-duckdb.js';
import { HistoryEngine } from './history-engine.js';
import { HISTORY_DEFAULTS } from './history-options.js';
import { words } from './read-columns.js';
import { withSession } from './read-session.js';
import { sql } from './sql.js';

const NOW = millis(1_770_000_007_000);

const NAMES = [
  'web',
  'web-7d9f5c8b6d-*',
  'db-*',
  '-*',
  'Größe "a"',
  'İx',
  'K8s',
  'a-bcdfg-bcdfg-*',
  "o'neill",
];
const endpoint = fc.record({
  kind: fc.constantFrom(...ENDPOINT_KINDS),
  namespace: fc.constantFrom('', 'shop', 'Shop', 'data'),
  name: fc.constantFrom(...NAMES),
  address: fc.constantFrom('', '', '203.0.113.7', 'API.example.com'),
});
const hit: fc.Arbitrary<PolicyHit> = fc.record({
  kind: fc.constantFrom(...POLICY_KINDS),
  namespace: fc.constantFrom('', 'shop'),
  name: fc.constantFrom('guard', 'Lockdown', ''),
  tier: fc.constantFrom('default', 'security'),
  action: fc.constantFrom('allow' as const, 'deny' as const, 'pass' as const),
  policyIndex: fc.constant(0),
  ruleIndex: fc.constantFrom(0, -1),
  trigger: fc.option(
    fc.record({
      kind: fc.constantFrom(...POLICY_KINDS),
      namespace: fc.constantFrom('', 'shop'),
      name: fc.constantFrom('guard', 'behind'),
      tier: fc.constant('default'),
    }),
    { nil: null },
  ),
});
const trace = fc.record({
  enforced: fc.array(hit, { maxLength: 2 }),
  pending: fc.array(hit, { maxLength: 2 }),
});

/** Few distinct ends, so that lines have several keys. */
const record: fc.Arbitrary<FlowRecord> = fc
  .record({
    source: endpoint,
    dest: endpoint,
    port: fc.constantFrom(0, 53, 443),
    protocol: fc.constantFrom('tcp', 'udp', '47'),
    service: fc.option(
      fc.record({
        namespace: fc.constant('shop'),
        name: fc.constantFrom('cart', 'db', ''),
        portName: fc.constant(''),
        port: fc.constant(80),
      }),
      { nil: null },
    ),
    reporter: fc.constantFrom(...REPORTERS),
    verdict: fc.constantFrom(...VERDICTS),
    trace,
  })
  .map((key) => ({
    key,
    start: NOW,
    end: NOW,
    counters: UNKNOWN_COUNTERS,
    sourceLabels: null,
    destLabels: null,
    evidence: NO_EVIDENCE,
  }));

const VALUES = [
  '',
  'shop',
  'web',
  'WEB',
  'db',
  'guard',
  'lock',
  'default',
  'cart',
  'x',
  'i',
  'k',
  '53',
  'tcp',
  '7',
  'ß',
];
const FIELDS = [
  ...['namespace', 'name', 'workload', 'address'].flatMap((name) => [name, `source.${name}`, `dest.${name}`]),
  ...[
    'protocol',
    'service',
    'policy',
    'policy.tier',
    'policy.namespace',
    'decided',
    'label',
    'ip',
    'dns',
    'node',
  ],
];
const textClause: fc.Arbitrary<Filter> = fc.record({
  type: fc.constant('clause' as const),
  field: fc.constantFrom(...FIELDS),
  op: fc.constantFrom('=' as const, '!=' as const, '~' as const, '!~' as const),
  values: fc.array(
    fc.oneof(fc.constantFrom(...VALUES, ...NAMES), fc.string({ unit: 'binary', maxLength: 3 })),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
});
const portClause: fc.Arbitrary<Filter> = fc.record({
  type: fc.constant('clause' as const),
  field: fc.constantFrom('port', 'bytes', 'age'),
  op: fc.constantFrom('=' as const, '!=' as const, '>' as const, '>=' as const, '<' as const, '<=' as const),
  values: fc.array(fc.constantFrom('53', '443', '0', 'none'), { minLength: 1, maxLength: 2 }),
});
const listed = (field: string, values: readonly string[]): fc.Arbitrary<Filter> =>
  fc.record({
    type: fc.constant('clause' as const),
    field: fc.constant(field),
    op: fc.constantFrom('=' as const, '!=' as const),
    values: fc.subarray([...values], { minLength: 1, maxLength: 2 }),
  });
const leaf = fc.oneof(
  { arbitrary: textClause, weight: 6 },
  portClause,
  listed('verdict', VERDICTS),
  listed('pending', VERDICTS),
  listed('reporter', REPORTERS),
  listed('kind', ENDPOINT_KINDS),
  listed('policy.kind', POLICY_KINDS),
  fc.constantFrom<Filter>({ type: 'text', value: 'web' }, { type: 'all' }),
);
const filter: fc.Arbitrary<Filter> = fc.letrec<{ tree: Filter }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { arbitrary: leaf, weight: 4 },
    tie('tree').map((node): Filter => ({ type: 'not', node })),
    fc
      .record({
        type: fc.constantFrom('and' as const, 'or' as const),
        nodes: fc.array(tie('tree'), { maxLength: 3 }),
      })
      .map((node): Filter => node),
  ),
})).tree;

/** The lines of records at a grouping, each with the name that tells it from others. */
function linesOf(records: readonly FlowRecord[], grouping: Grouping): Map<string, FlowGroup> {
  const flows = new Map<string, FlowRecord[]>();
  for (const record of records) {
    const name = lineName(record, grouping);
    flows.set(name, [...(flows.get(name) ?? []), record]);
  }
  return new Map(
    [...flows].map(([name, members]) => [
      name,
      foldFlows(
        0,
        // Safe: a line has a member.
        groupKeyOf((members[0] as FlowRecord).key, grouping),
        members.map((member) => ({ id: 0, key: member.key, ...fromRecord(member) })),
      ),
    ]),
  );
}

function lineName({ key }: Pick<FlowRecord, 'key'>, grouping: Grouping): string {
  return JSON.stringify(grouping === 'flow' ? key : groupKeyOf(key, grouping));
}

describe('filterSql', () => {
  const samples = fc.sample(record, { seed: 7, numRuns: 400 });
  // Lines with several keys come of ends that are shared.
  const records = samples.map((own, at) => {
    const first = samples[at - (at % 4)] ?? own;
    const { source, dest, port, protocol } = first.key;
    return { ...own, key: { ...own.key, source, dest, ...(at % 3 === 0 ? {} : { port, protocol }) } };
  });
  const engine = new HistoryEngine({
    ...HISTORY_DEFAULTS,
    path: null,
    bucketMs: 15_000,
    retentionMs: 3_600_000,
    exportFolder: null,
    clock: { now: () => NOW },
  });

  beforeAll(async () => {
    const part = new RecordPart();
    for (const record of records) part.add(record, Math.floor(NOW / 15_000));
    engine.put(part.finish(null));
    await engine.ready();
  });
  afterAll(() => engine.close());

  /** The names of the lines that have a key which satisfies the condition. */
  async function chosenBy(filter: Filter, grouping: Grouping): Promise<Set<string>> {
    const { context } = await engine.ready();
    const { condition } = filterSql(filter, grouping, DUCKDB_DIALECT);
    const chosen = await withSession(context, undefined, (session) =>
      session.run(
        sql`WITH lines AS (${DUCKDB_DIALECT.lines(grouping)})
          SELECT k.id FROM lines k WHERE ${condition ?? sql`true`}`,
      ),
    );
    const keys = chosen.chunks.flatMap((chunk) => [...words(chunk, 0)]);
    return new Set(keys.map((id) => lineName({ key: context.keys.read(id) }, grouping)));
  }

  it('never loses a line that the predicate matches, and has no other where it says it is exact', async () => {
    let exactOnes = 0;
    await fc.assert(
      fc.asyncProperty(
        filter,
        fc.constantFrom(...GROUPINGS),
        fc.integer({ min: 1, max: 4 }),
        async (tree, grouping, share) => {
          const chosen = await chosenBy(tree, grouping);
          const matches = compileFilter(tree);
          const { exact } = filterSql(tree, grouping, DUCKDB_DIALECT);
          // A window has but a part of what was ever held.
          const window = linesOf(
            records.filter((_, at) => at % share === 0),
            grouping,
          );
          for (const [name, group] of window) {
            const matched = matches(group, NOW);
            if (matched) expect(chosen).toContain(name);
            if (exact) expect(chosen.has(name)).toBe(matched);
          }
          if (exact) exactOnes++;
        },
      ),
      { numRuns: 150 },
    );
    expect(exactOnes).toBeGreaterThan(10);
  });

  it.each<[string, Grouping, boolean, string[]]>([
    ['namespace=shop -port=53', 'connection', true, []],
    ['source.workload~WEB or protocol!=udp', 'connection', true, []],
    ['verdict=deny', 'flow', true, []],
    ['verdict=deny', 'connection', false, ['verdict=deny']],
    ['namespace=shop bytes>10kB label=app', 'connection', false, ['bytes>10kB', 'label=app']],
    ['port=53', 'workload', false, ['port=53']],
    ['name~größe', 'connection', false, ['name~größe']],
    ['not (namespace=shop or ip=10.0.0.0/8)', 'connection', false, ['ip=10.0.0.0/8']],
  ])('says of %s at %s what it settles, and what is left', (text, grouping, exact, left) => {
    const said = filterSql(parseFilter(text), grouping, DUCKDB_DIALECT);
    expect([said.exact, said.left]).toEqual([exact, left]);
  });

  it('narrows by what any flow of a line may have', async () => {
    for (const text of ['verdict=deny', '-verdict=deny', 'policy=guard', '-reporter=src', 'service=cart']) {
      const lines = linesOf(records, 'connection');
      const chosen = await chosenBy(parseFilter(text), 'connection');
      expect([text, chosen.size < lines.size]).toEqual([text, true]);
    }
  });

  it('binds what is typed', () => {
    const { condition } = filterSql(parseFilter(`name="x' or 1=1 --"`), 'connection', DUCKDB_DIALECT);
    expect(condition?.values).toContain("x' or 1=1 --");
    expect(condition?.text).not.toContain('1=1');
    expect(printFilter(parseFilter(`name="x' or 1=1 --"`))).toContain('1=1');
  });
});
