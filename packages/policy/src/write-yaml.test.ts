import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { peer, policy, rule } from './fixtures.js';
import { anyRule } from './policy.js';
import { PolicyNotWritableError, writeYaml } from './write-yaml.js';

describe('writeYaml', () => {
  it('writes every condition of a Calico rule', () => {
    const source = {
      ...peer('has(role)', { notNets: ['10.0.0.0/8'] }),
      notSelector: { op: 'has', key: 'bad' } as const,
    };
    const dest = peer(null, {
      ports: [{ from: 80, to: 90 }, { name: 'http' }],
      notPorts: [{ from: 85, to: 85 }],
    });
    const written: unknown = parse(
      writeYaml([
        policy({
          name: 'p',
          ingress: [rule('pass', { protocol: 'tcp', notProtocol: 'icmpv6', source, dest })],
        }),
      ]),
    );
    expect(written).toMatchObject({
      spec: {
        ingress: [
          {
            action: 'Pass',
            protocol: 'TCP',
            notProtocol: 'ICMPv6',
            source: { selector: 'has(role)', notSelector: 'has(bad)', notNets: ['10.0.0.0/8'] },
            destination: { ports: ['80:90', 'http'], notPorts: [85] },
          },
        ],
      },
    });
  });

  it('keeps hostile names as text', () => {
    const name = 'x\nspec: {selector: all()} # {{';
    expect(parse(writeYaml([policy({ name })]))).toMatchObject({ metadata: { name } });
  });

  it('refuses what Kubernetes cannot say', () => {
    const kubernetes = { name: 'p', kind: 'NetworkPolicy', namespace: 'shop' } as const;
    expect(() => writeYaml([policy({ ...kubernetes, ingress: [anyRule('deny')] })])).toThrow(
      PolicyNotWritableError,
    );
    expect(() =>
      writeYaml([policy({ ...kubernetes, selector: { op: 'contains', key: 'a', value: 'b' } })]),
    ).toThrow(PolicyNotWritableError);
  });
});
