import { suggest } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { complete, correct, isFinished, problemOf } from './filter-draft.js';

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

describe('correct', () => {
  it('puts what was meant in place of what was typed', () => {
    const text = 'port=53 namspace=shop';
    const problem = problemOf(text);
    if (problem === null) throw new Error('was read');
    expect(correct(text, problem)).toEqual(at('port=53 namespace|=shop'));
  });

  it('leaves a text as it is where nothing was meant', () => {
    const text = 'port=';
    const problem = problemOf(text);
    if (problem === null) throw new Error('was read');
    expect(correct(text, problem).text).toBe(text);
  });
});
