import { FilterSyntaxError, parseFilter, printFilter, withClause } from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import {
  type Clauses,
  changeApplied,
  negateClause,
  opposite,
  removeClause,
  switchClause,
  writeClauses,
} from './clause-edits.js';

const on = (filter: string, ...disabled: string[]): Clauses => ({ filter, disabled });

describe('writeClauses', () => {
  it('adds what is typed after the last clause, each part a clause', () => {
    expect(writeClauses(on('port=53'), null, 'verdict=deny web')).toEqual(on('port=53 verdict=deny web'));
  });

  it('keeps an alternative together as one clause', () => {
    const { filter } = writeClauses(on('port=53'), null, 'node=a or node=b');
    expect(parseFilter(filter)).toMatchObject({ type: 'and', nodes: [{ type: 'clause' }, { type: 'or' }] });
  });

  it('puts an edited clause where it was, still switched off', () => {
    expect(writeClauses(on('port=53 node=a', 'port=53'), 0, 'port=54')).toEqual(
      on('port=54 node=a', 'port=54'),
    );
  });

  it('takes an edited clause out when nothing is left of it', () => {
    expect(writeClauses(on('port=53 node=a'), 0, ' ')).toEqual(on('node=a'));
  });

  it('does not say the same twice', () => {
    expect(writeClauses(on('port=53'), null, 'port=53')).toEqual(on('port=53'));
  });

  it('takes the place of a filter that cannot be read', () => {
    expect(writeClauses(on('(port=53'), null, 'port=53')).toEqual(on('port=53'));
  });

  it('refuses what cannot be read', () => {
    expect(() => writeClauses(on(''), null, 'port=')).toThrow(FilterSyntaxError);
  });
});

describe('a chip', () => {
  it('is removed, and no longer counted among the disabled', () => {
    expect(removeClause(on('port=53 node=a', 'port=53'), 0)).toEqual(on('node=a'));
  });

  it('is switched off and on again', () => {
    const off = switchClause(on('port=53 node=a'), 1);
    expect(off).toEqual(on('port=53 node=a', 'node=a'));
    expect(switchClause(off, 1)).toEqual(on('port=53 node=a'));
  });

  it('is negated in place, and stays off if it was', () => {
    expect(negateClause(on('port=53 node=a', 'port=53'), 0)).toEqual(on('port!=53 node=a', 'port!=53'));
  });

  it('leaves a filter alone that cannot be read', () => {
    const broken = on('(port=53');
    expect(removeClause(broken, 0)).toBe(broken);
    expect(switchClause(broken, 0)).toBe(broken);
    expect(negateClause(broken, 0)).toBe(broken);
  });
});

describe('opposite', () => {
  it.each([
    ['namespace=a,b', 'namespace!=a,b'],
    ['policy!~dns', 'policy~dns'],
    ['bytes=5', '-bytes=5'],
    ['bytes>5', '-bytes>5'],
    ['web', '-web'],
  ])('of %s is %s, and back', (text, expected) => {
    const turned = opposite(parseFilter(text));
    expect(printFilter(turned)).toBe(expected);
    expect(printFilter(opposite(turned))).toBe(text);
  });
});

describe('changeApplied', () => {
  const addPort = (clauses: Clauses, port: string) =>
    changeApplied(clauses, (applied) => withClause(applied, 'port', '=', port));

  it('does not join a clause that is switched off', () => {
    expect(addPort(on('port=53 node=a', 'port=53'), '80')).toEqual(on('node=a port=80 port=53', 'port=53'));
  });

  it('switches a clause on again by saying it', () => {
    expect(addPort(on('port=53', 'port=53'), '53')).toEqual(on('port=53'));
  });
});
