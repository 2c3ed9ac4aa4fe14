import { describe, expect, it } from 'vitest';
import { joinVerdicts } from './packet-log-join.js';
import { readFelixPrefix } from './packet-log-prefix.js';
import { isProblem } from './record-problem.js';
import { readTrace, writeHits } from './trace-text.js';

function join(...prefixes: string[]) {
  const [first, ...others] = prefixes.map((prefix) => {
    const said = readFelixPrefix(prefix);
    if (said === null) throw new Error(`${prefix} is no prefix`);
    return said;
  });
  if (first === undefined) throw new Error('nothing to join');
  return joinVerdicts(first, ...others);
}

function texts(...prefixes: string[]) {
  const { verdict, trace } = join(...prefixes);
  return { verdict, enforced: writeHits(trace.enforced), pending: writeHits(trace.pending) };
}

describe('what several rules say of a packet', () => {
  it('is the verdict of the last, with the hits in their order', () => {
    expect(texts('NPI2|gnp/a.x', 'PPI|b', 'DPI|shop/c.deny')).toEqual({
      verdict: 'deny',
      enforced: ['0|a|gnp:a.x|pass|2', '1|b|eot:|pass|-1', '2|c|np:shop/deny|deny|-1'],
      pending: [],
    });
  });

  it('ends with a profile where all tiers pass', () => {
    expect(texts('PPE1|gnp/a.x', 'ARE0|kns.shop')).toEqual({
      verdict: 'allow',
      enforced: ['0|a|gnp:a.x|pass|1', '1|__PROFILE__|pro:kns.shop|allow|0'],
      pending: [],
    });
  });

  it('is the same trace that other formats give for these hits', () => {
    const spelt = readTrace(['0|a|gnp:a.x|pass|1', '1|default|knp:shop/y|allow|0'], []);
    if (isProblem(spelt)) throw new Error(spelt.reason);
    expect(join('PPI1|gnp/a.x', 'API0|knp/shop/y').trace).toBe(spelt);
  });

  it('has no verdict as long as none decides', () => {
    expect(join('PPI1|gnp/a.x', 'PPI|b')).toMatchObject({ verdict: 'unknown', isFinal: false });
    expect(join('PPI1|gnp/a.x')).toBe(readFelixPrefix('PPI1|gnp/a.x'));
  });

  it.each([
    [
      'one that would deny ends it',
      ['PPI0|gnp/a.x', 'DPI0|sgnp/b.try', 'API1|gnp/b.y'],
      ['0|a|gnp:a.x|pass|0', '1|b|sgnp:b.try|deny|0'],
    ],
    [
      'one that would pass ends its tier',
      ['PPI0|sgnp/a.try', 'PPI0|gnp/a.x', 'API1|gnp/b.y'],
      ['0|a|sgnp:a.try|pass|0', '1|b|gnp:b.y|allow|1'],
    ],
    [
      'what comes after a tier that really denied is not known',
      ['PPI0|sgnp/a.try', 'DPI0|gnp/a.x'],
      ['0|a|sgnp:a.try|pass|0'],
    ],
  ])('tells what staged rules would do: %s', (_what, prefixes, pending) => {
    const told = texts(...prefixes);
    expect(told.pending).toEqual(pending);
    expect(told.enforced.some((hit) => hit.includes('sgnp'))).toBe(false);
  });
});
