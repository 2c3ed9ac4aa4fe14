import { describe, expect, it } from 'vitest';
import { idFor } from './view-id.js';

describe('idFor', () => {
  it.each([
    ['Denied in shop', 'denied-in-shop'],
    ['  Café / prod!  ', 'cafe-prod'],
    ['日本', 'view'],
    ['First', 'first-2'],
    ['x'.repeat(80), 'x'.repeat(40)],
    [`${'x'.repeat(39)} y`, 'x'.repeat(39)],
  ])('makes of %j %s', (name, id) => {
    expect(idFor(name, [])).toBe(id);
  });

  it('numbers what another view is called', () => {
    expect(idFor('Denied', ['denied', 'denied-2'])).toBe('denied-3');
  });

  it.each(['Denied in shop', '-', '日本', 'a'.repeat(200), 'é'])(
    'is spelt as the server wants it: %s',
    (name) => {
      expect(idFor(name, [])).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/);
    },
  );
});
