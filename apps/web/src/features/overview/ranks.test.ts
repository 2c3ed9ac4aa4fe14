import { fromConjuncts, parseFilter, printFilter } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { LEAVES_CLUSTER } from '../../view/quick-filters.js';
import {
  DENIED_PAIRS,
  knownMeasure,
  LEAVING,
  POLICY_DENIALS,
  POLICY_HITS,
  PORTS,
  type Ranking,
  TALKERS,
} from './ranks.js';

const ALL = [DENIED_PAIRS, LEAVING, TALKERS, PORTS, POLICY_HITS, POLICY_DENIALS];

const text = (ranking: Ranking, ...values: readonly string[]) =>
  printFilter(fromConjuncts(ranking.clauses(values)));

describe('the flows behind a row', () => {
  it.each([
    [DENIED_PAIRS, ['web', 'db'], 'verdict=deny source.workload=web dest.workload=db'],
    [
      LEAVING,
      ['api.example.com', 'pub'],
      `${LEAVES_CLUSTER.filter} dest.address=api.example.com dest.name=pub`,
    ],
    [LEAVING, ['', 'pub'], `${LEAVES_CLUSTER.filter} dest.address="" dest.name=pub`],
    [TALKERS, ['', 'pub'], 'source.namespace="" source.workload=pub'],
    [PORTS, ['tcp', '443'], 'protocol=tcp port=443'],
    [POLICY_HITS, ['allow-dns'], 'policy=allow-dns'],
    [POLICY_HITS, [''], 'policy!~""'],
    [POLICY_DENIALS, ['default-deny', 'deny'], 'verdict=deny decided=default-deny'],
    [POLICY_DENIALS, ['lockdown', 'allow'], 'pending=deny verdict!=deny verdict=allow decided=lockdown'],
  ] as const)('%#: are found by clauses', (ranking, values, filter) => {
    expect(text(ranking, ...values)).toBe(filter);
  });

  it('are asked for in a language that the server reads, whatever things are called', () => {
    // A port is a number, and a verdict one of three words.
    const seconds = new Map([
      [PORTS, '443'],
      [POLICY_DENIALS, 'unknown'],
    ]);
    for (const ranking of ALL) {
      for (const name of ['a', '', 'a b"\\', '→', 'not', '-x', 'a=b']) {
        const values = [name, seconds.get(ranking) ?? name].slice(0, ranking.by.length);
        const printed = text(ranking, ...values);
        expect(printFilter(parseFilter(printed))).toBe(printed);
      }
      expect(() => parseFilter(printFilter(fromConjuncts(ranking.only)))).not.toThrow();
    }
  });
});

describe('names', () => {
  it('mark places that nobody looked up', () => {
    expect(LEAVING.name(['api.example.com', 'pub'])).toEqual({ lead: '', text: 'api.example.com', mark: '' });
    expect(LEAVING.name(['203.0.113.9', 'pub'])).toEqual({
      lead: '',
      text: '203.0.113.9',
      mark: 'no DNS name',
    });
    expect(LEAVING.name(['2001:db8::1', 'pub']).mark).toBe('no DNS name');
    expect(LEAVING.name(['', 'pub'])).toEqual({ lead: '', text: 'the internet', mark: 'no address' });
    expect(LEAVING.name(['', 'partners'])).toEqual({ lead: '', text: 'partners', mark: '' });
  });

  it('say what would deny but does not yet', () => {
    expect(POLICY_DENIALS.name(['lockdown', 'allow']).mark).toBe('would deny');
    expect([POLICY_DENIALS.tone(['x', 'allow']), POLICY_DENIALS.tone(['x', 'deny'])]).toEqual([
      'stage',
      'deny',
    ]);
  });

  it('leave out ports that there are none of', () => {
    expect(PORTS.name(['icmp', '0'])).toEqual({ lead: '', text: 'ICMP', mark: '' });
    expect(PORTS.name(['tcp', '443'])).toEqual({ lead: 'TCP ', text: '443', mark: '' });
  });
});

it('counts connections where the source counts nothing else', () => {
  const sum = { flows: 3, bytes: 0, packets: 0, connections: 0, denied: 0 };
  expect(knownMeasure(TALKERS, sum)).toBe('flows');
  expect(knownMeasure(TALKERS, { ...sum, bytes: 1 })).toBe('bytes');
  expect(knownMeasure(DENIED_PAIRS, { ...sum, denied: 2 })).toBe('denied');
});
