import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.js';

it('makes the same lines however the bytes are cut', () => {
  const lines = fc.array(fc.stringMatching(/^[a-zäß€😀]{0,12}$/u), { maxLength: 20 });
  fc.assert(
    fc.property(lines, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (all, cuts) => {
      const bytes = Buffer.from(all.map((line) => `${line}\n`).join(''));
      const splitter = new LineSplitter();
      const got: [number, string][] = [];
      for (let at = 0, cut = 0; at < bytes.length; cut++) {
        const length = cuts[cut % cuts.length] ?? 1;
        splitter.feed(bytes.subarray(at, at + length));
        at += length;
        const { lines, numbers } = splitter.take(3);
        got.push(...lines.map((line, index): [number, string] => [numbers[index] ?? 0, line]));
      }
      for (let more = splitter.take(3); more.lines.length > 0; more = splitter.take(3)) {
        got.push(...more.lines.map((line, index): [number, string] => [more.numbers[index] ?? 0, line]));
      }
      expect(got).toEqual(all.flatMap((line, index) => (line === '' ? [] : [[index + 1, line]])));
      expect(splitter.offset).toBe(bytes.length);
    }),
  );
});

it('gives up a line that is too long, and goes on after it', () => {
  const overlong: number[] = [];
  const splitter = new LineSplitter(0, 0, (line) => overlong.push(line));
  splitter.feed(Buffer.from('first\n'));
  expect(splitter.take(9).lines).toEqual(['first']);
  for (let at = 0; at < 5; at++) {
    splitter.feed(Buffer.alloc(100_000, 'x'));
    splitter.take(9);
    expect(splitter.waiting).toBeLessThan(400_000);
  }
  splitter.feed(Buffer.from('\nlast\n'));
  expect(splitter.take(9)).toEqual({ lines: ['last'], numbers: [3] });
  expect(overlong).toEqual([2]);
});

it('keeps an unfinished line until it is asked for', () => {
  const splitter = new LineSplitter(10, 4);
  splitter.feed(Buffer.from('half'));
  expect(splitter.take(9).lines).toEqual([]);
  expect(splitter.offset).toBe(10);
  expect(splitter.takeRest()).toEqual({ lines: ['half'], numbers: [5] });
  expect(splitter.offset).toBe(14);
});
