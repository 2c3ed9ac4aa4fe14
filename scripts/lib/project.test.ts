import { existsSync, readFileSync } from 'node:fs';
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

describe('package-lock.json', () => {
  interface Locked {
    readonly link?: boolean;
    readonly integrity?: string;
    readonly optional?: boolean;
    readonly optionalDependencies?: Readonly<Record<string, string>>;
  }
  const text = readFileSync(inRepo('package-lock.json'), 'utf8');
  const packages: Readonly<Record<string, Locked>> = JSON.parse(text).packages;
  const installed = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  );

  it('has the builds of every platform, wherever it was written', () => {
    const wanted = installed.flatMap(([, entry]) => Object.keys(entry.optionalDependencies ?? {}));
    expect(
      wanted.filter((name) => !installed.some(([path]) => path.endsWith(`node_modules/${name}`))),
    ).toEqual([]);
  });

  it('knows the digest of what it installs', () => {
    const unknown = installed.filter(([, { integrity, optional }]) => integrity === undefined && !optional);
    expect(unknown.map(([path]) => path)).toEqual([]);
  });
});
