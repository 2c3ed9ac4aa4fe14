import { EVERYTHING, parseFilter } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { choiceOf, facetValues, outcomeChoice, shortList, toggleOutcome, toggleValue } from './facet-list.js';

const on = (filter: string, ...disabled: string[]) => ({ filter, disabled });
const hints = [
  { value: 'shop', count: 9 },
  { value: 'data', count: 4 },
  { value: 'dns', count: 1 },
];

describe('facetValues', () => {
  it('lists the most frequent first, and what is filtered by though it does not occur', () => {
    const values = facetValues(parseFilter('namespace=gone namespace!=data'), 'namespace', hints, null);
    expect(values).toEqual([
      { value: 'shop', count: 9, choice: null },
      { value: 'data', count: 4, choice: 'without' },
      { value: 'dns', count: 1, choice: null },
      { value: 'gone', count: 0, choice: 'only' },
    ]);
  });

  it('keeps an order it is given and puts what is new behind it', () => {
    const values = facetValues(EVERYTHING, 'namespace', hints, ['dns', 'old', 'shop']);
    expect(values.map(({ value, count }) => [value, count])).toEqual([
      ['dns', 1],
      ['old', 0],
      ['shop', 9],
      ['data', 4],
    ]);
  });

  it('knows no count before the server answered', () => {
    expect(facetValues(parseFilter('namespace=a'), 'namespace', undefined, null)).toEqual([
      { value: 'a', count: null, choice: 'only' },
    ]);
  });

  it('shows what is filtered by beyond the first few', () => {
    const values = facetValues(parseFilter('namespace=dns'), 'namespace', hints, null);
    expect(shortList(values, 1).map(({ value }) => value)).toEqual(['shop', 'dns']);
  });
});

describe('toggleValue', () => {
  it('gathers values in a list and takes them out again', () => {
    const one = toggleValue(on(''), 'port', '53', 'only');
    const two = toggleValue(one, 'port', '80', 'only');
    expect([one, two]).toEqual([on('port=53'), on('port=53,80')]);
    expect(toggleValue(two, 'port', '53', 'only')).toEqual(on('port=80'));
  });

  it('turns from by to against, and either click undoes against', () => {
    const against = toggleValue(on('port=53'), 'port', '53', 'without');
    expect(against).toEqual(on('port!=53'));
    expect(toggleValue(against, 'port', '53', 'only')).toEqual(on(''));
    expect(toggleValue(against, 'port', '53', 'without')).toEqual(on(''));
  });

  it('takes a value with spaces and signs as it is', () => {
    const { filter } = toggleValue(on(''), 'policy', 'a "b", c', 'only');
    expect(choiceOf(parseFilter(filter), 'policy', 'a "b", c')).toBe('only');
  });
});

describe('outcomes', () => {
  it('deny and allow join in a list; would be denied takes their place and they its', () => {
    const both = toggleOutcome(toggleOutcome(on(''), 'deny', 'only'), 'allow', 'only');
    expect(both).toEqual(on('verdict=deny,allow'));
    const staged = toggleOutcome(both, 'stage', 'only');
    expect(staged).toEqual(on('pending=deny verdict!=deny'));
    expect(toggleOutcome(staged, 'allow', 'only')).toEqual(on('verdict=allow'));
    expect(toggleOutcome(staged, 'stage', 'only')).toEqual(on(''));
  });

  it('would be denied is not "without denied", though it says so', () => {
    const applied = parseFilter('pending=deny verdict!=deny');
    expect(outcomeChoice(applied, 'stage')).toBe('only');
    expect(outcomeChoice(applied, 'deny')).toBe(null);
  });

  it('leaves out what would be denied, and takes that back', () => {
    const without = toggleOutcome(on('node=a'), 'stage', 'without');
    expect(outcomeChoice(parseFilter(without.filter), 'stage')).toBe('without');
    expect(toggleOutcome(without, 'stage', 'without')).toEqual(on('node=a'));
    expect(toggleOutcome(without, 'stage', 'only')).toEqual(on('node=a'));
  });
});
