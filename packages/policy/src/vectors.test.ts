/// <reference types="node" />
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runVectors } from './testing/run-vectors.js';

const folder = new URL('../../../../shared/vectors/', import.meta.url);
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

describe('the cases of other projects', () => {
  if (names.length === 0) {
    it('are absent: only our own were checked', () => {
      expect(names).toEqual([]);
    });
  }
  // Some cases name others, so all files are read for each.
  const files = names.map((name) => ({
    name,
    content: JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as unknown,
  }));
  it.each(names)('agree: %s', { timeout: 60_000 }, (name) => {
    const file = files.find((one) => one.name === name);
    const others = files.filter((one) => one.name !== name);
    const cases = others.filter((one) => one.name.startsWith('connectivity'));
    const tally = runVectors(file === undefined ? [] : [file], cases)[0]?.tally;
    expect(tally?.failures).toEqual([]);
    expect(tally?.failed).toBe(0);
    expect(tally?.passed).toBeGreaterThan(0);
  });
});

describe('runVectors', () => {
  it('counts what fails and what it does not know, and says why', () => {
    const [found] = runVectors([
      {
        name: 'made-up.json',
        content: [
          { selector: "a == 'b'", labels: { a: 'b' }, match: true },
          { selector: "a == 'b'", labels: { a: 'b' }, match: false },
          { selector: 'a ==', canonical: 'a' },
          { riddle: 'what has keys but opens no lock' },
        ],
      },
    ]);
    expect(found?.tally.lines('made-up.json')).toEqual([
      'made-up.json: 1 passed, 2 failed, 1 skipped',
      '  skipped 1: rows of this kind are not known',
      expect.stringMatching(/^ {2}failed: row 2 a == 'b': match: found true, expected false$/),
      expect.stringMatching(/^ {2}failed: row 3 a ==: does not parse/),
    ]);
  });

  it('finds what a wrong expectation about connections is wrong in', () => {
    const pod = (name: string) => ({
      namespace: 'shop',
      name,
      kind: 'Deployment',
      labels: { app: name },
      ports: [],
      ip: name === 'web' ? '10.0.0.1' : '10.0.0.2',
    });
    const row = {
      name: 'two pods',
      resources: '',
      peers: [pod('web'), pod('db')],
      expected: [{ src: pod('web'), dst: pod('db'), protocol: 'TCP', ports: '1-65535' }],
    };
    const [found] = runVectors([{ name: 'x.json', content: [row] }]);
    expect(found?.tally.failures.join('\n')).toContain('UDP 1 is expected to be denied');
  });
});
