import { describe, expect, it } from 'vitest';
import { FIELD_NAMES, FIELDS, findField } from './fields.js';
import { parseFilter } from './parse.js';

describe('the table of fields', () => {
  it('gives each name to one field', () => {
    const all = FIELDS.flatMap((field) => [field.name, ...field.aliases]);
    expect(all.length).toBe(new Set(all).size);
    expect(new Set(FIELD_NAMES)).toEqual(new Set(all));
  });

  it('has names that the parser reads as typed', () => {
    for (const name of FIELD_NAMES) {
      expect(name).toMatch(/^[a-z.]+$/);
      expect(findField(name.toUpperCase())).toBe(findField(name));
    }
  });

  it.each([
    ['pod', 'workload'],
    ['source.pod', 'source.workload'],
    ['dst.ns', 'dest.namespace'],
    ['dest', 'dest.workload'],
    ['dest.service', 'service'],
    ['policy.name', 'policy'],
    ['tier', 'policy.tier'],
    ['pending.verdict', 'pending'],
    ['proto', 'protocol'],
  ])('knows %s as %s', (alias, name) => expect(findField(alias)?.name).toBe(name));

  it('explains every field in a sentence', () => {
    for (const field of FIELDS) expect(field.help).toMatch(/^[A-Z].*\.$/);
  });

  it('takes every choice and synonym as a value', () => {
    for (const field of FIELDS) {
      const op = field.operators[0] ?? '=';
      for (const value of [...field.choices, ...Object.keys(field.synonyms)]) {
        expect(parseFilter(`${field.name}${op}${value}`)).toMatchObject({ field: field.name });
      }
    }
  });
});
