import { expect } from 'vitest';
import type { Policy } from './policy.js';
import { problemText } from './read-problem.js';
import { type ReadOptions, readResources } from './read-resources.js';

export function read(text: string, options: ReadOptions = {}) {
  return readResources([{ name: 'x.yaml', text }], options);
}

export function problems(text: string): readonly string[] {
  return read(text).problems.map(problemText);
}

export function one(text: string, options: ReadOptions = {}): Policy {
  const found = read(text, options);
  expect(found.problems.map(problemText)).toEqual([]);
  const [policy] = found.policies;
  if (policy === undefined) throw new Error('no policy was read');
  return policy;
}

export const CALICO = 'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: p}\n';
