import { describe, expect, it } from 'vitest';
import { helpText, readConfig } from './config.js';

describe('readConfig', () => {
  it('binds this machine alone unless told otherwise', () => {
    expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 8081, demo: 'auto' });
  });

  it.each([
    ['VIBRISSA_PORT', 'eighty'],
    ['VIBRISSA_PORT', '70000'],
    ['VIBRISSA_BUCKET_MS', '-1'],
    ['VIBRISSA_LOG_LEVEL', 'loud'],
    ['VIBRISSA_HOST', ''],
    ['VIBRISSA_PROT', '1'],
  ])('refuses %s=%s by its name', (variable, text) => {
    expect(() => readConfig({ [variable]: text })).toThrow(variable);
  });

  it('refuses to be open to others unless that is said in words', () => {
    expect(() => readConfig({ VIBRISSA_HOST: '0.0.0.0' })).toThrow('VIBRISSA_ALLOW_PUBLIC');
    expect(
      readConfig({ VIBRISSA_HOST: '0.0.0.0', VIBRISSA_ALLOW_PUBLIC: 'yes-without-authentication' }).host,
    ).toBe('0.0.0.0');
  });

  it('lists every setting', () => {
    for (const variable of ['VIBRISSA_HOST', 'VIBRISSA_PORT', 'VIBRISSA_DEMO', 'VIBRISSA_BUCKETS']) {
      expect(helpText()).toContain(variable);
    }
  });
});
