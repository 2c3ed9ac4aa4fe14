import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlText } from './yaml-text.js';

const READERS = ['1.1', '1.2'] as const;

describe('yamlText', () => {
  it('is block YAML as people write it', () => {
    const rule = { action: 'Allow', source: { nets: ['10.0.0.0/8', '::/0'] } };
    const text = yamlText(
      {
        kind: 'Tier',
        spec: { order: 1.5, selector: 'app == "web" && !has(x)', rules: [rule, 7], none: [], any: {} },
      },
      new Map([[rule, [' seen', ' twice']]]),
    );
    expect(text).toBe(`kind: Tier
spec:
  order: 1.5
  selector: app == "web" && !has(x)
  rules:
    # seen
    # twice
    - action: Allow
      source:
        nets:
          - 10.0.0.0/8
          - "::/0"
    - 7
  none: []
  any: {}
`);
  });

  it.each([
    'yes',
    'No',
    'on',
    'y',
    'null',
    'TRUE',
    '1e3',
    '0x10',
    '010',
    '1:30',
    '80:90',
    '2026-01-02',
    '1_000',
    '.5',
  ])('keeps %s a text for every reader', (word) => {
    for (const version of READERS) {
      expect(parse(yamlText({ [word]: word, list: [word] }), { version })).toEqual({
        [word]: word,
        list: [word],
      });
    }
  });

  it('is read as what it was, by readers of either version', () => {
    const strings = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom(...'ab1 :#-\'"{}[]!&*|>%@`,.=()~\n\t?<\u2028\u0085') }),
      fc.constantFrom('- a', 'a: b', 'a #b', '? x', '!tag', '&a', '*a', '---', '...', '=', '<<', '~'),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        strings,
        fc.integer(),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(strings, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (given) => {
        const text = yamlText(given);
        for (const version of READERS) expect(parse(text, { version, merge: false })).toEqual(given);
      }),
      { numRuns: 100 },
    );
  });
});
