import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { peer, policy, rule } from './fixtures.js';
import { anyRule, type Rule } from './policy.js';
import { PolicyNotWritableError, type WritableObject, writeYaml } from './write-yaml.js';

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

  it('says above each what is said of it, on lines of their own whatever is in them', () => {
    const scrape = rule('allow', { protocol: 'tcp' });
    const both = policy({ name: 'p', types: ['ingress', 'egress'], ingress: [anyRule('deny'), scrape] });
    const text = writeYaml([{ name: 't', order: 1, defaultAction: 'pass' }, both], {
      header: ['Learned from flows'],
      comments: new Map<WritableObject | Rule, readonly string[]>([
        [both, ['p it is']],
        [scrape, ['seen\n  - action: Allow', 'twice']],
      ]),
    });
    expect(text).toContain('# Learned from flows\napiVersion');
    expect(text).toContain('---\n# p it is\napiVersion');
    expect(text).toContain(
      '    - action: Deny\n    # seen - action: Allow\n    # twice\n    - action: Allow\n',
    );
    expect(parseAllDocuments(text).map((document) => document.toJS() as unknown)).toMatchObject([
      { kind: 'Tier' },
      { spec: { ingress: [{ action: 'Deny' }, { action: 'Allow', protocol: 'TCP' }], egress: [] } },
    ]);
  });

  it('refuses what a ClusterNetworkPolicy cannot say', () => {
    const peers = { source: peer("app == 'web'", { namespaceSelector: { op: 'all' } }) };
    const guard = {
      name: 'p',
      kind: 'ClusterNetworkPolicy',
      tier: 'kube-admin',
      order: 5,
      namespaceSelector: { op: 'all' },
      ingress: [rule('deny', peers)],
    } as const;
    expect(writeYaml([policy(guard)])).toContain('action: Deny');
    for (const more of [
      { tier: 'default' },
      { order: 1001 },
      { namespaceSelector: null },
      { types: ['ingress', 'egress'] },
      { ingress: [anyRule('deny')] },
      { ingress: [rule('log', peers)] },
      { ingress: [rule('deny', { ...peers, protocol: 'icmp' })] },
      { ingress: Array.from({ length: 26 }, () => rule('deny', peers)) },
      { ingress: [rule('deny', { ...peers, name: 'x'.repeat(101) })] },
    ] as const) {
      expect(() => writeYaml([policy({ ...guard, ...more })])).toThrow(PolicyNotWritableError);
    }
  });
});
