import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkNames, readSourceFile, readSourceList, SourceConfigError } from './source-config.js';

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'vibrissa-sources-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'sources.yaml');
  writeFileSync(path, text);
  return path;
}

describe('a list of sources in a setting', () => {
  it.each([
    ['', []],
    ['relay:4245', [['hubble', 'relay:4245']]],
    [
      'relay=hubble-relay.kube-system:4245, [fd00::1]:80',
      [
        ['relay', 'hubble-relay.kube-system:4245'],
        ['hubble-2', '[fd00::1]:80'],
      ],
    ],
    ['unix:///var/run/cilium/hubble.sock', [['hubble', 'unix:///var/run/cilium/hubble.sock']]],
  ])('%s is read', (text, expected) => {
    expect(readSourceList(text, 'hubble')?.map(({ name, address }) => [name, address])).toEqual(expected);
  });

  it.each([
    'relay',
    'relay:',
    'relay:x',
    'http://relay:80',
    'fd00::1:80',
    'a name=relay:80',
    '=relay:80',
    'unix:relay',
  ])('%s is none', (text) => {
    expect(readSourceList(text, 'hubble')).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void readSourceList(text, 'goldmane')));
  });
});

describe('a file of sources', () => {
  it('lists them with their certificates', () => {
    const path = fileOf(`
sources:
  - { name: relay, kind: hubble, address: 'relay:4245' }
  - name: goldmane
    kind: goldmane
    address: goldmane.calico-system:7443
    tls: { ca: /tls/ca.crt, cert: /tls/tls.crt, key: /tls/tls.key, serverName: goldmane }
`);
    expect(readSourceFile(path)).toEqual([
      { name: 'relay', kind: 'hubble', address: 'relay:4245', tls: null },
      {
        name: 'goldmane',
        kind: 'goldmane',
        address: 'goldmane.calico-system:7443',
        tls: { ca: '/tls/ca.crt', cert: '/tls/tls.crt', key: '/tls/tls.key', serverName: 'goldmane' },
      },
    ]);
    expect(readSourceFile(fileOf(''))).toEqual([]);
  });

  it.each([
    ['- a', /the file: .*write a list "sources"/],
    ['sources: {}', /sources: .*write a list/],
    ['sources: [{ name: a, kind: hubble }]', /sources\[0\]: .*address/],
    ['sources: [{ name: a, kind: felix, address: "a:1" }]', /sources\[0\]\.kind: /],
    [
      'sources: [{ name: a, kind: hubble, address: "http://a" }]',
      /sources\[0\]\.address: is no address; write host:port/,
    ],
    ['sources: [{ name: "", kind: hubble, address: "a:1" }]', /sources\[0\]\.name: /],
    [
      'sources: [{ name: a, kind: hubble, address: "a:1", tsl: {} }]',
      /sources\[0\]\.tsl: is not a field of a source/,
    ],
    [
      'sources: [{ name: a, kind: hubble, address: "a:1", tls: { cert: /c } }]',
      /sources\[0\]\.tls: cert and key go together/,
    ],
    [
      'sources: [{ name: a, kind: hubble, address: "a:1" }, { name: a, kind: goldmane, address: "b:1" }]',
      /two sources are called a;/,
    ],
    ['sources: [', /is not YAML/],
    ['a: &a [*a, *a]', /is not YAML/],
  ])('%s is refused, with the place and what to do', (text, message) => {
    const path = fileOf(text);
    let error: unknown;
    try {
      readSourceFile(path);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(SourceConfigError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(path);
  });

  it('that is not there is named', () => {
    expect(() => readSourceFile('/nowhere/sources.yaml')).toThrow(/^\/nowhere\/sources.yaml: cannot be read/);
  });
});

it('refuses one name for two', () => {
  const specs = readSourceList('a=b:1,a=c:1', 'hubble') ?? [];
  expect(() => checkNames(specs, 'VIBRISSA_HUBBLE')).toThrow('two sources are called a');
});
