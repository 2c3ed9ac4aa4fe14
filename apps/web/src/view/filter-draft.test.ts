import { suggest } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { complete, correctionOf, isFinished, problemOf } from './filter-draft.js';

const at = (marked: string) => ({ text: marked.replace('|', ''), caret: marked.indexOf('|') });

describe('complete', () => {
  it.each([
    ['nam|', 'namespace=', 'namespace=|'],
    ['port=53 verd| node=a', 'verdict=', 'port=53 verdict=| node=a'],
    ['verdict=d|', 'deny', 'verdict=deny|'],
    ['port=53,8|', '80', 'port=53,80|'],
    ['policy="a |', '"a b"', 'policy="a b"|'],
  ])('%s with %s is %s', (before, insert, after) => {
    const draft = at(before);
    expect(complete(draft, suggest(draft.text, draft.caret), insert)).toEqual(at(after));
  });
});

describe('isFinished', () => {
  it('is a text that can be read with the caret at its end', () => {
    expect(isFinished(at('verdict=deny|'))).toBe(true);
    expect(isFinished(at('verdict=deny| port=53'))).toBe(false);
    expect(isFinished(at('(verdict=deny|'))).toBe(false);
  });
});

describe('correctionOf', () => {
  const correct = (text: string) => {
    const problem = problemOf(text);
    if (problem === null) throw new Error(`${text} was read`);
    return correctionOf(text, problem);
  };

  it('puts what was meant in place of what was typed', () => {
    expect(correct('port=53 namspace=shop')).toEqual({ draft: at('port=53 namespace|=shop'), adds: false });
  });

  it('goes one mistake at a time', () => {
    expect(correct('namspace=shop verdict=dney')?.draft.text).toBe('namespace=shop verdict=dney');
  });

  it('adds what is missing at the end', () => {
    expect(correct('verdict=deny (port=80')).toEqual({ draft: at('verdict=deny (port=80)|'), adds: true });
  });

  it('has none where nothing was meant', () => {
    expect(correct('port=')).toBeNull();
  });
});
