import { describe, expect, it } from 'vitest';
import { type Connection, outsideParty, podParty } from './connection.js';
import { connection, peer, pod, rule } from './fixtures.js';
import { compileRule, matchRule } from './match-rule.js';
import type { Rule } from './policy.js';
import { SelectorTable } from './selector-table.js';
import { PartyFacts, PartyView, viewOf } from './view.js';

function match(given: Partial<Rule>, more: Partial<Connection> = {}, namespace = '') {
  const made = connection(more);
  const selectors = new SelectorTable();
  const compiled = compileRule(rule('allow', given), namespace, selectors);
  const end = (party: Connection['source']) => new PartyView(new PartyFacts(party));
  return matchRule(compiled, viewOf(made, end(made.source), end(made.dest)));
}

describe('matchRule', () => {
  it('compares protocols by meaning', () => {
    expect(match({ protocol: 'TCP' })).toBe('yes');
    expect(match({ protocol: '6' })).toBe('yes');
    expect(match({ protocol: 'udp' })).toBe('no');
    expect(match({ notProtocol: 'tcp' })).toBe('no');
  });

  it('keeps a selector of a namespaced policy within the namespace, unless a namespace selector says where', () => {
    const source = peer("app == 'checkout'");
    expect(match({ source }, {}, 'payments')).toBe('no');
    expect(match({ source }, {}, 'shop')).toBe('yes');
    expect(match({ source })).toBe('yes');
    const namespaceSelector = { op: 'eq', key: 'projectcalico.org/name', value: 'shop' } as const;
    expect(match({ source: { ...source, namespaceSelector } }, {}, 'payments')).toBe('yes');
  });

  it('matches all() only with what is in the cluster, and no condition with everything', () => {
    const outside = { source: outsideParty('192.0.2.7') };
    expect(match({ source: peer('all()') }, outside)).toBe('no');
    expect(match({}, outside)).toBe('yes');
    expect(match({ source: { ...peer(null), notSelector: { op: 'has', key: 'app' } } }, outside)).toBe('yes');
  });

  it('matches nets and their exceptions, by family', () => {
    const dest = peer(null, { nets: ['192.0.2.0/24'], notNets: ['192.0.2.128/25'] });
    expect(match({ dest }, { dest: outsideParty('192.0.2.7') })).toBe('yes');
    expect(match({ dest }, { dest: outsideParty('192.0.2.200') })).toBe('no');
    expect(match({ dest }, { dest: outsideParty('2001:db8::1') })).toBe('no');
    expect(match({ dest }, { dest: outsideParty(null) })).toBe('maybe');
    expect(match({ dest: peer(null, { nets: ['nonsense'] }) })).toBe('no');
  });

  it('matches ports by range and by the name that the endpoint declares', () => {
    const named = {
      ...pod('payments', 'ledger'),
      namedPorts: [{ name: 'https', port: 8443, protocol: 'TCP' }],
    };
    expect(match({ dest: peer(null, { ports: [{ from: 8000, to: 9000 }] }) })).toBe('yes');
    expect(match({ dest: peer(null, { notPorts: [{ from: 8443, to: 8443 }] }) })).toBe('no');
    expect(match({ dest: peer(null, { ports: [{ name: 'https' }] }) }, { dest: named })).toBe('yes');
    expect(match({ dest: peer(null, { ports: [{ name: 'http' }] }) }, { dest: named })).toBe('no');
    expect(match({ dest: peer(null, { ports: [{ name: 'https' }] }) })).toBe('maybe');
  });

  it('matches ICMP types and codes where they are known', () => {
    const ping = { protocol: 'icmp' };
    expect(match({ icmp: { type: 8 } }, ping)).toBe('maybe');
    expect(match({ icmp: { type: 8 } })).toBe('no');
    expect(match({ notIcmp: { type: 8 } })).toBe('yes');
    const known = { ...ping, icmp: { type: 8, code: 0 } };
    expect(match({ icmp: { type: 8 } }, known)).toBe('yes');
    expect(match({ icmp: { type: 8, code: 1 } }, known)).toBe('no');
    expect(match({ notIcmp: { type: 8 } }, known)).toBe('no');
  });

  it('takes the family of either end for that of the connection', () => {
    expect(match({ ipVersion: 4 })).toBe('yes');
    expect(match({ ipVersion: 6 })).toBe('no');
    const oneKnown = { source: pod('shop', 'checkout', null), dest: pod('payments', 'ledger', 'fd00::1') };
    expect(match({ ipVersion: 6 }, oneKnown)).toBe('yes');
    const noneKnown = { ...oneKnown, dest: pod('payments', 'ledger', null) };
    expect(match({ ipVersion: 6 }, noneKnown)).toBe('maybe');
  });

  it('never knows of requests', () => {
    expect(match({ http: { methods: ['GET'], paths: [] } })).toBe('maybe');
    expect(match({ http: { methods: ['GET'], paths: [] }, protocol: 'udp' })).toBe('no');
  });

  it('has no ports for protocols without, and any port for those that exclude some', () => {
    const ports = peer(null, { ports: [{ from: 1, to: 65_535 }] });
    expect(match({ dest: ports }, { protocol: 'icmp', port: 0 })).toBe('no');
    expect(match({ dest: ports }, { port: 0 })).toBe('yes');
    expect(match({ dest: ports }, { protocol: '' })).toBe('maybe');
    expect(match({ dest: peer(null, { notPorts: [{ from: 80, to: 80 }] }) }, { protocol: 'icmp' })).toBe(
      'yes',
    );
  });

  it('keeps service accounts of a namespaced policy within the namespace', () => {
    const trusted = { ...peer(null), serviceAccounts: { names: ['web'], selector: null } };
    const source = podParty({
      namespace: 'shop',
      labels: {},
      namespaceLabels: {},
      serviceAccount: { name: 'web', labels: {} },
      ip: null,
    });
    expect(match({ source: trusted }, { source }, 'shop')).toBe('yes');
    expect(match({ source: trusted }, { source }, 'payments')).toBe('no');
    expect(match({ source: trusted }, { source })).toBe('yes');
    const anyAccount = { ...peer(null), serviceAccounts: { names: [], selector: null } };
    expect(match({ source: anyAccount }, { source: outsideParty('192.0.2.1') }, 'shop')).toBe('yes');
  });

  it('does not know about source ports or unknown labels', () => {
    expect(match({ source: peer(null, { ports: [{ from: 1, to: 9 }] }) })).toBe('maybe');
    const unknown = { ...pod('shop', 'checkout'), labels: null };
    expect(match({ source: peer("app == 'checkout'") }, { source: unknown })).toBe('maybe');
    expect(match({ source: peer("app == 'checkout'"), protocol: 'udp' }, { source: unknown })).toBe('no');
  });
});
