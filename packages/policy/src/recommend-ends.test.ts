import { describe, expect, it } from 'vitest';
import { EMPTY_CLUSTER } from './cluster.js';
import { ASKS_DNS, CART, DNS_RULE, one, spec } from './testing/cart-lines.js';
import { line, network } from './testing/learned-lines.js';

describe('what is outside the cluster', () => {
  it('is named by the addresses seen, sorted, with its names beside them', () => {
    const destIps = ['192.0.2.10', '192.0.2.9', '2001:DB8::1'];
    const dest = network('pub', 'api.example.com');
    const found = one([line({ source: CART, dest, port: 443, destIps }), ASKS_DNS]);
    expect(spec(found)).toMatchObject({
      egress: [
        DNS_RULE,
        {
          to: ['192.0.2.9/32', '192.0.2.10/32', '2001:db8::1/128'].map((cidr) => ({ ipBlock: { cidr } })),
          ports: [{ protocol: 'TCP', port: 443 }],
        },
      ],
    });
    expect(found.yaml).toContain('# to api.example.com on 443/TCP');
    expect(found.caveats.join()).toContain('api.example.com is named by the addresses seen');
  });

  it('has a rule for each family of addresses, which Calico does not take together', () => {
    const destIps = ['192.0.2.9', '2001:db8::1'];
    const call = line({ source: CART, dest: network('pub', 'api.example.com'), port: 443, destIps });
    const found = one([call, ASKS_DNS], { dialect: 'calico' });
    expect(found.policy?.egress.slice(2).map(({ dest }) => dest.nets)).toEqual([
      ['192.0.2.9/32'],
      ['2001:db8::1/128'],
    ]);
    expect(found.rules.map(({ index }) => index)).toEqual([1, 2]);
    const open = one([line({ source: network('pub'), dest: CART, port: 443 })], { dialect: 'calico' });
    expect(open.policy?.ingress.map(({ source }) => source.nets)).toEqual([['0.0.0.0/0'], ['::/0']]);
  });

  it('is not let at the ports of others', () => {
    const found = one([
      line({ source: CART, dest: network('pub', '192.0.2.1'), port: 443 }),
      line({ source: CART, dest: network('pub', '192.0.2.2'), port: 443 }),
      line({ source: CART, dest: network('pub', '192.0.2.2'), port: 25 }),
      ASKS_DNS,
    ]);
    expect(found.policy?.egress.slice(2).map(({ dest }) => [dest.nets, dest.ports])).toEqual([
      [['192.0.2.2/32'], [{ from: 25, to: 25 }]],
      [['192.0.2.1/32'], [{ from: 443, to: 443 }]],
      [['192.0.2.2/32'], [{ from: 443, to: 443 }]],
    ]);
  });

  it('is all of its sort where not all addresses are known, and says so', () => {
    const found = one([line({ source: network('pub'), dest: CART, port: 443 })]);
    expect(spec(found)).toMatchObject({
      ingress: [
        {
          from: [
            { ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] } },
            { ipBlock: { cidr: '::/0' } },
          ],
          ports: [{ protocol: 'TCP', port: 443 }],
        },
      ],
    });
    expect(found.caveats.join()).toContain('the rule is for the whole internet. Narrow it down.');
    const many = Array.from({ length: 9 }, (_, at) => `192.0.2.${at}`);
    const cut = one([line({ source: network('pub'), dest: CART, port: 443, sourceIps: many })]);
    expect(cut.policy?.ingress[0]?.source.nets).toEqual(['0.0.0.0/0']);
  });

  it('and a node, which is named by its address or not at all', () => {
    const node = { kind: 'host', namespace: '', name: 'node-1', address: '' } as const;
    const known = one([line({ source: node, dest: CART, port: 8080, sourceIps: ['10.1.0.4'] })]);
    expect(known.policy?.ingress[0]?.source.nets).toEqual(['10.1.0.4/32']);
    expect(known.caveats.join()).toContain('nodes come and go');
    const unknown = one([line({ source: node, dest: CART, port: 8080 })]);
    expect(unknown.policy).toBeNull();
    expect(unknown.notCovered[0]?.reason).toContain('passes without a rule');
  });

  it.each(['host', 'remote-node', 'kube-apiserver'])('nor what Cilium alone can name: %s', (name) => {
    const found = one([line({ source: network(name), dest: CART, port: 8080 })]);
    expect(found.policy).toBeNull();
    expect(found.notCovered).toHaveLength(1);
  });
});

describe('the Kubernetes API', () => {
  const service = { namespace: 'default', name: 'kubernetes', portName: 'https', port: 443 };
  const call = line({ source: CART, dest: network('pvt'), port: 6443, service });

  it('is named by the addresses of its servers', () => {
    const slice = {
      namespace: 'default',
      name: 'kubernetes',
      service: 'kubernetes',
      ports: [{ port: 6443, protocol: 'TCP' }],
      addresses: ['10.0.0.2', '10.0.0.1'],
    };
    const found = one([call, ASKS_DNS], {}, { ...EMPTY_CLUSTER, endpointSlices: [slice] });
    expect(spec(found)).toMatchObject({
      egress: [
        DNS_RULE,
        { to: [{ ipBlock: { cidr: '10.0.0.1/32' } }, { ipBlock: { cidr: '10.0.0.2/32' } }] },
      ],
    });
    expect(found.rules[1]?.text).toBe('to the Kubernetes API on 6443/TCP');
    expect(found.caveats.join()).toContain('they change with the control plane');
  });

  it('is named by its service where Calico is asked and no address is known', () => {
    expect(spec(one([call, ASKS_DNS], { dialect: 'calico' }))).toMatchObject({
      egress: [
        {},
        {},
        { action: 'Allow', destination: { services: { namespace: 'default', name: 'kubernetes' } } },
      ],
    });
    expect(one([call, ASKS_DNS]).policy?.egress.at(-1)?.dest.nets).toEqual(['192.168.0.0/16']);
  });
});
