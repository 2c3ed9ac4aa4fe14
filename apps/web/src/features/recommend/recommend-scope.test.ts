import { describe, expect, it } from 'vitest';
import { fileName, scopeFrom, scopeText } from './recommend-scope.js';

describe('for what policies are recommended', () => {
  it.each([
    [null, { namespace: '', workload: '' }],
    ['shop', { namespace: 'shop', workload: '' }],
    ['shop/cart', { namespace: 'shop', workload: 'cart' }],
  ])('is kept in the address: %j', (text, scope) => {
    expect(scopeFrom(text)).toEqual(scope);
    expect(scopeText(scope)).toBe(text);
  });

  it('is nothing without a namespace', () => {
    expect(scopeText({ namespace: '', workload: 'cart' })).toBeNull();
  });

  it('names the file, without what file systems do not take', () => {
    expect(fileName({ namespace: 'shop', workload: '' }, 'policies')).toBe('policies-shop.yaml');
    expect(fileName({ namespace: 'shop', workload: 'a:b c' }, 'policies')).toBe('policies-shop-a_b_c.yaml');
  });
});
