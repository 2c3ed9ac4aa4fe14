import { parseFilter } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import { chipName, chipParts } from './chip-parts.js';

describe('chips', () => {
  it.each([
    ['namespace=shop,data', 'namespace', '=', 'shop, data', false, 'namespace is shop or data'],
    ['namespace!=shop', 'namespace', '≠', 'shop', true, 'namespace is not shop'],
    ['-bytes>=1kB', 'bytes', '≥', '1kB', true, 'not bytes at least 1kB'],
    ['dest.address=""', 'dest.address', '=', 'empty', false, 'dest.address is empty'],
    ['web', '', '', '“web”', false, '“web”'],
    ['node=a or node=b', '', '', 'node=a or node=b', false, 'node=a or node=b'],
  ])('%s', (text, subject, operator, value, negated, name) => {
    const node = parseFilter(text);
    expect(chipParts(node)).toEqual({ subject, operator, value, negated });
    expect(chipName(node, false)).toBe(name);
  });

  it('say that they are switched off', () => {
    expect(chipName(parseFilter('-web'), true)).toBe('not “web”, switched off');
  });
});
