import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from './parse.js';
import { suggest } from './suggest.js';

/** Suggests where the bar stands. */
function at(marked: string) {
  const caret = marked.indexOf('|');
  const suggestion = suggest(marked.replace('|', ''), caret);
  return { ...suggestion, inserts: suggestion.items.map(({ insert }) => insert) };
}

describe('suggest', () => {
  it('offers fields for what is begun, those that begin with it first', () => {
    const fields = at('port=80 na|');
    expect(fields).toMatchObject({ from: 8, to: 10, kind: 'field', prefix: 'na' });
    expect(fields.inserts.slice(0, 2)).toEqual(['namespace=', 'name=']);
    expect(at('pod|').inserts[0]).toBe('workload=');
    expect(at('|').inserts).toContain('namespace=');
    expect(at('ag|').inserts).toContain('age<');
    expect(at('(-ver|').inserts).toEqual(['verdict=']);
  });

  it('keeps the operator that is there', () => {
    expect(at('nam|espace=x')).toMatchObject({ from: 0, to: 9, prefix: 'nam' });
    expect(at('nam|espace=x').inserts).toContain('namespace');
  });

  it('offers keywords where they can stand', () => {
    expect(at('port=80 o|')).toMatchObject({ kind: 'keyword', from: 8, to: 9, inserts: ['or '] });
    expect(at('|').inserts).toContain('not ');
    expect(at('|').inserts).not.toContain('or ');
  });

  it('offers the operators of a field', () => {
    expect(at('verdict |')).toMatchObject({ kind: 'operator', field: 'verdict', inserts: ['=', '!='] });
    expect(at('namespace!|')).toMatchObject({ from: 9, to: 10, inserts: ['!=', '!~'] });
    expect(at('bytes>|= 5')).toMatchObject({ from: 5, to: 7, inserts: ['>', '>='] });
  });

  it('offers the values of a closed list, by any spelling', () => {
    expect(at('verdict=|')).toMatchObject({
      kind: 'value',
      from: 8,
      to: 8,
      inserts: ['allow', 'deny', 'unknown'],
    });
    expect(at('verdict=den|')).toMatchObject({ from: 8, to: 11, prefix: 'den', inserts: ['deny'] });
    expect(at('verdict=denied|').inserts).toEqual(['deny']);
    expect(at('verdict=allow,d|').inserts).toEqual(['deny']);
    expect(at('verdict=| port=80')).toMatchObject({ kind: 'value', from: 8, to: 8 });
  });

  it('leaves the values of an open field to the server', () => {
    expect(at('ns = sh|op x')).toEqual({
      from: 5,
      to: 9,
      kind: 'value',
      field: 'namespace',
      prefix: 'sh',
      items: [],
      inserts: [],
    });
    expect(at('policy="allow d|')).toMatchObject({ from: 7, to: 15, field: 'policy', prefix: 'allow d' });
    expect(at('colour=r|')).toEqual({ from: 7, to: 8, kind: 'value', prefix: 'r', items: [], inserts: [] });
  });

  it('answers any text and caret with a range of the text around the caret', () => {
    const piece = fc.constantFrom(
      '(',
      ')',
      '"',
      '\\',
      '-',
      ',',
      '=',
      '!',
      'or ',
      'port',
      'verdict',
      'a',
      ' ',
      '>=',
      '😀',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: -2, max: 60 }), (typed, caret) => {
        const { from, to } = suggest(typed, caret);
        const place = Math.max(0, Math.min(typed.length, caret));
        expect(0 <= from && from <= place && place <= to && to <= typed.length).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('offers only what reads, once a value follows a field', () => {
    for (const { insert } of suggest('', 0).items.filter((item) => item.label !== 'not')) {
      const text = `${insert}`;
      const [value = { insert: '5' }] = suggest(text, text.length).items;
      const filled = /(^|\.)ip=$/.test(text) ? `${text}10.0.0.1` : `${text}${value.insert}`;
      expect(parseFilter(filled)).toMatchObject({ type: 'clause' });
    }
  });
});
