import { describe, expect, it } from 'vitest';
import { isInstalled } from './install.mjs';

const wanted = {
  packages: {
    '': {},
    'apps/server': { version: '0.1.0' },
    'node_modules/ws': { version: '8.0.0' },
    'node_modules/fsevents': { version: '2.0.0', optional: true },
  },
};

describe('whether node_modules holds what the lock file asks for', () => {
  it('is content without what other platforms need', () => {
    expect(isInstalled(wanted, { packages: { 'node_modules/ws': { version: '8.0.0' } } })).toBe(true);
  });

  it('sees a missing package and another version', () => {
    expect(isInstalled(wanted, { packages: {} })).toBe(false);
    expect(isInstalled(wanted, { packages: { 'node_modules/ws': { version: '7.9.0' } } })).toBe(false);
  });
});
