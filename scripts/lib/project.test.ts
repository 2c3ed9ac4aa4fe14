import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { capture, inRepo, isNodeSupported, TOOLS } from './project.mjs';

describe('the project', () => {
  it.each([
    ['18.20.0', false],
    ['20.18.3', false],
    ['20.19.0', true],
    ['22.0.0', true],
  ])('Node %s is supported: %s', (version, supported) => {
    expect(isNodeSupported(version)).toBe(supported);
  });

  it('asks for the same Node as package.json', () => {
    expect(manifest.engines.node).toBe('>=20.19');
  });

  it.each(Object.entries(TOOLS))('finds %s where it is installed', (_name, path) => {
    expect(existsSync(inRepo(path))).toBe(true);
  });

  it('keeps what a command printed, and its exit code', async () => {
    const script = "console.log('out'); console.error('err'); process.exit(3)";
    const { code, output } = await capture(process.execPath, ['-e', script]);
    expect(code).toBe(3);
    expect(output).toContain('out');
    expect(output).toContain('err');
  });

  it('says so when a command does not exist', async () => {
    const { code, output } = await capture('vibrissa-no-such-command', []);
    expect(code).toBe(127);
    expect(output).toContain('ENOENT');
  });
});
