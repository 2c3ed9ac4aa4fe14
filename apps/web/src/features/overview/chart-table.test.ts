import { describe, expect, it } from 'vitest';
import { type ChartTable, csvOf } from './chart-table.js';

function table(...values: readonly (string | number)[]): ChartTable {
  return {
    columns: values.map((_, index) => ({ label: `c${index}`, numeric: false })),
    rows: [{ key: 'a', cells: values.map((value) => ({ value, text: 'as it is read' })) }],
  };
}

describe('csvOf', () => {
  it('writes titles and raw values', () => {
    expect(csvOf(table('shop', 1234567))).toBe('c0,c1\r\nshop,1234567\r\n');
  });

  it('quotes what would end a value', () => {
    expect(csvOf(table('a,b', 'say "hi"', 'two\nlines'))).toBe(
      'c0,c1,c2\r\n"a,b","say ""hi""","two\nlines"\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@cmd', '\tx'])('keeps a spreadsheet from running %j', (name) => {
    expect(csvOf(table(name)).split('\r\n')[1]).toBe(`'${name}`);
  });

  it('leaves numbers below zero numbers', () => {
    expect(csvOf(table(-1)).split('\r\n')[1]).toBe('-1');
  });
});
