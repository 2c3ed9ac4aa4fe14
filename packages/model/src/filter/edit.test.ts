import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { conjuncts, exactFilterFor, fieldValues, fromConjuncts, withClause, withoutField } from './edit.js';
import { isNumberField } from './field.js';
import { FIELDS } from './fields.js';
import { compileFilter } from './matches.js';
import { normalizeFilter } from './normalize.js';
import { parseFilter } from './parse.js';
import { printFilter } from './print.js';
import { filters, NOW, rows } from './test-arbitraries.js';
import type { Operator } from './tree.js';

describe('conjuncts', () => {
  it('are the filter, taken apart', () => {
    expect(conjuncts(parseFilter('a (b or c) port=80')).map(printFilter)).toEqual(['a', 'b or c', 'port=80']);
    expect(conjuncts(parseFilter(''))).toEqual([]);
    fc.assert(
      fc.property(filters, (filter) => {
        expect(fromConjuncts(conjuncts(filter))).toEqual(normalizeFilter(filter));
      }),
    );
  });
});

describe('withoutField', () => {
  it.each([
    ['namespace=a source.ns=b dest.ns!=c port=80', 'namespace', 'port=80'],
    ['namespace=a source.ns=b port=80', 'source.namespace', 'namespace=a port=80'],
    ['-policy=a (policy=b or policy=c) policy.tier=t', 'policy.name', 'policy.tier=t'],
    ['(policy=b or port=80) policy=c', 'policy', 'policy=b or port=80'],
    ['port=80', 'port', ''],
  ])('leaves of %j without %s %j', (text, field, left) => {
    expect(printFilter(withoutField(parseFilter(text), field))).toBe(left);
  });
});

describe('withClause', () => {
  it.each<[string, string, Operator, string, string]>([
    ['', 'namespace', '=', 'shop', 'namespace=shop'],
    ['namespace=shop port=80', 'ns', '=', 'bank', 'namespace=shop,bank port=80'],
    ['namespace=shop,bank', 'namespace', '=', 'shop', 'namespace=bank'],
    ['namespace=shop port=80', 'namespace', '=', 'shop', 'port=80'],
    ['namespace!=shop', 'namespace', '=', 'shop', 'namespace=shop'],
    ['-namespace=shop', 'namespace', '=', 'shop', 'namespace=shop'],
    ['namespace=shop,bank', 'namespace', '!=', 'bank', 'namespace=shop namespace!=bank'],
    ['policy!=a', 'policy', '!=', 'b', 'policy!=a,b'],
    ['policy~a', 'policy', '~', 'b', 'policy~a policy~b'],
    ['bytes>1kB', 'bytes', '>', '1MB', 'bytes>1MB'],
    ['verdict=deny', 'verdict', '=', 'denied', ''],
    ['a or b', 'port', '=', '80', '(a or b) port=80'],
  ])('makes of %j and %s%s%s %j', (text, field, op, value, result) => {
    expect(printFilter(withClause(parseFilter(text), field, op, value))).toBe(result);
  });

  it('takes a click back with a second one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('x', 'port=80', 'a or b', 'policy=p -port=1'),
        fc.string(),
        (text, value) => {
          const once = withClause(parseFilter(text), 'node', '=', value);
          expect(printFilter(withClause(once, 'node', '=', value))).toBe(printFilter(parseFilter(text)));
        },
      ),
    );
  });
});

describe('fieldValues', () => {
  it('lists values by which a filter finds the line', () => {
    fc.assert(
      fc.property(rows, fc.constantFrom(...FIELDS), (row, field) => {
        for (const value of fieldValues(field.name, row, NOW)) {
          const op = isNumberField(field) && field.type === 'duration' ? '<=' : '=';
          expect(compileFilter({ type: 'clause', field: field.name, op, values: [value] })(row, NOW)).toBe(
            true,
          );
        }
      }),
    );
  });

  it('calls workloads by their short name, each once', () => {
    const [row] = fc.sample(rows, { seed: 1, numRuns: 1 });
    if (row === undefined) throw new Error('no sample');
    const end = { kind: 'workload', namespace: 'shop', name: 'frontend-7d9f5c8b6d-*', address: '' } as const;
    const line = { ...row, flows: [], key: { source: end, dest: end, port: 80, protocol: 'tcp' } };
    expect(fieldValues('pod', line, NOW)).toEqual(['frontend']);
    expect(fieldValues('dest.address', line, NOW)).toEqual([]);
    expect(fieldValues('port', line, NOW)).toEqual(['80']);
    expect(fieldValues('colour', line, NOW)).toEqual([]);
  });
});

describe('exactFilterFor', () => {
  it('finds its own line, as text too', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const text = printFilter(exactFilterFor(row.key));
        expect(compileFilter(parseFilter(text))(row, NOW)).toBe(true);
      }),
    );
  });

  it('finds no line with another pair, port or protocol', () => {
    const whole = rows.filter((row) => row.key.protocol !== '');
    fc.assert(
      fc.property(whole, whole, (mine, other) => {
        const same = JSON.stringify(mine.key) === JSON.stringify(other.key);
        expect(compileFilter(exactFilterFor(mine.key))(other, NOW)).toBe(same);
      }),
    );
  });

  it('tells apart a name from the workload it begins', () => {
    const end = (name: string) => ({ kind: 'workload', namespace: 'shop', name, address: '' }) as const;
    const key = (name: string) => ({ source: end(name), dest: end('db'), port: 1, protocol: 'tcp' });
    const [row] = fc.sample(rows, { seed: 1, numRuns: 1 });
    if (row === undefined) throw new Error('no sample');
    const matches = compileFilter(exactFilterFor(key('frontend')));
    expect(matches({ ...row, key: key('frontend') }, NOW)).toBe(true);
    expect(matches({ ...row, key: key('frontend-7d9f5c8b6d-*') }, NOW)).toBe(false);
  });
});
