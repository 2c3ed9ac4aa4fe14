import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Action, FilterType, MatchType, PolicyKind, Reporter, SortBy } from '../gen/goldmane_pb.js';
import { BadRequestError } from '../goldmane/read-request.js';
import { readWhiskerFilters, readWhiskerHintType, readWhiskerSort } from './read-filters.js';

function read(filters: unknown) {
  return readWhiskerFilters(JSON.stringify(filters));
}

function problem(text: string): string {
  try {
    readWhiskerFilters(text);
  } catch (error) {
    if (error instanceof BadRequestError) return error.message;
    throw error;
  }
  return '';
}

const folder = new URL('../../../../../shared/data/calico/', import.meta.url);
if (!existsSync(folder)) console.log('real filters are not here: ../shared/data/calico is absent');

describe.runIf(existsSync(folder))('real filters', () => {
  it.each([
    ['flow_filters_exact.json', MatchType.Exact],
    ['flow_filters_fuzzy.json', MatchType.Fuzzy],
  ])('reads %s', (name, type) => {
    const filter = readWhiskerFilters(readFileSync(new URL(name, folder), 'utf8'));
    expect(filter).toMatchObject({
      sourceNames: [{ value: 'src-name', type }],
      sourceNamespaces: [{ value: 'src-namespace', type }],
      destNames: [{ value: 'dest-name', type }],
      destNamespaces: [{ value: 'dest-namespace', type }],
      protocols: [{ value: 'tcp', type }],
      destPorts: [{ port: 8080n }],
      actions: [Action.Deny, Action.Pass],
      policies: [
        {
          tier: { value: 'default-tier', type },
          name: { value: 'name', type },
          namespace: { value: 'namespace', type },
          ...(type === MatchType.Exact
            ? { kind: PolicyKind.CalicoNetworkPolicy, action: Action.Deny }
            : { kind: 0, action: 0 }),
        },
      ],
    });
  });
});

describe('readWhiskerFilters', () => {
  it('takes no text for no filter', () => {
    expect(readWhiskerFilters('')).toBeUndefined();
    expect(readWhiskerFilters('  ')).toBeUndefined();
  });

  it('reads what was escaped once more', () => {
    const text = JSON.stringify({ source_names: [{ value: 'PUBLIC NETWORK', type: 'Exact' }] });
    for (const escaped of [text, encodeURIComponent(text), text.replaceAll(' ', '+')]) {
      expect(readWhiskerFilters(escaped)?.sourceNames).toMatchObject([{ value: 'pub' }]);
    }
  });

  it('takes text that only looks escaped as it is', () => {
    expect(read({ source_names: [{ value: '100%' }] })?.sourceNames).toMatchObject([{ value: '100%' }]);
  });

  it('takes a match without a type for exact', () => {
    expect(read({ dest_names: [{ value: 'a' }] })?.destNames).toMatchObject([{ type: MatchType.Exact }]);
  });

  it('reads the words that people see', () => {
    expect(read({ dest_names: [{ value: 'PRIVATE NETWORK' }] })?.destNames).toMatchObject([{ value: 'pvt' }]);
    expect(read({ dest_namespaces: [{ value: 'Global' }] })?.destNamespaces).toMatchObject([{ value: '-' }]);
    expect(read({ dest_namespaces: [{ value: 'Glo', type: 'Fuzzy' }] })?.destNamespaces).toMatchObject([
      { value: 'Glo', type: MatchType.Fuzzy },
      { value: '-', type: MatchType.Exact },
    ]);
  });

  it('reads pending actions and the reporter', () => {
    expect(read({ pending_actions: ['Allow'], reporter: 'Dst' })).toMatchObject({
      pendingActions: [Action.Allow],
      reporter: Reporter.Dst,
    });
  });

  it('takes null for nothing and ignores what it does not know', () => {
    expect(read({ source_names: null, reporter: null, staged_actions: ['x'] })).toMatchObject({
      sourceNames: [],
    });
  });

  it.each([
    ['{', 'filters: is not JSON'],
    ['[]', 'filters: must be an object'],
    ['{"source_names":{}}', 'filters.source_names: must be a list'],
    ['{"source_names":["x"]}', 'filters.source_names[0]: must be an object'],
    ['{"source_names":[{"value":1}]}', 'filters.source_names[0].value: must be text'],
    ['{"source_names":[{"value":"a","type":"Wild"}]}', 'filters.source_names[0].type: "Wild" is not known'],
    ['{"dest_ports":[{"value":"80"}]}', 'filters.dest_ports[0].value: must be a whole number'],
    ['{"dest_ports":[{"value":1.5}]}', 'filters.dest_ports[0].value: must be a whole number'],
    ['{"actions":["Log"]}', 'filters.actions[0]: "Log" is not known; it must be one of'],
    ['{"actions":[1]}', 'filters.actions[0]: 1 is not known'],
    ['{"policies":[{"kind":"text"}]}', 'filters.policies[0].kind: "text" is not known'],
    ['{"policies":[{"name":"x"}]}', 'filters.policies[0].name: must be an object'],
    ['{"reporter":"toString"}', 'filters.reporter: "toString" is not known'],
    [`{"source_names":[${'{},'.repeat(1_000)}{}]}`, 'filter: has 1001 values'],
    ['x'.repeat(100_001), 'filters: is longer than'],
  ])('says what is wrong with %.60s', (text, expected) => {
    expect(problem(text)).toContain(expected);
  });

  it('reads or refuses anything at all', () => {
    const fields = fc.constantFrom(
      'source_names',
      'dest_ports',
      'policies',
      'actions',
      'reporter',
      'value',
      'type',
      'kind',
      'name',
      '__proto__',
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('Exact', 'Fuzzy', 'Deny', 'Src', 'Profile', 'constructor', '0'),
        fc.jsonValue(),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(fields, tie('any'), { maxKeys: 4 }),
      ),
    })).any;
    fc.assert(
      fc.property(
        fc.oneof(
          value.map((one) => JSON.stringify(one)),
          fc.string(),
        ),
        (text) => {
          problem(text);
        },
      ),
      { numRuns: 10_000 },
    );
  });
});

describe('names of Whisker’s queries', () => {
  it('reads sort orders and hint types', () => {
    expect(readWhiskerSort(['DestType'])).toEqual([SortBy.DestType]);
    expect(readWhiskerHintType('PolicyTier')).toBe(FilterType.FilterTypePolicyTier);
  });

  it('names those there are when one is not among them', () => {
    expect(() => readWhiskerSort(['1'])).toThrow(
      /sortBy: "1" is not known; it must be one of Time, DestName/,
    );
    expect(() => readWhiskerHintType('Port')).toThrow(/type: "Port" is not known; .* SourceName/);
  });
});
