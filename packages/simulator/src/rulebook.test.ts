import { type FlowRecord, millis } from '@vibrissa/model';
import { engineOf, evaluate } from '@vibrissa/policy';
import { describe, expect, it } from 'vitest';
import { createPlay } from './play.js';
import { rulebookOf } from './rulebook.js';
import { SCENARIO_NAMES, SCENARIOS } from './scenarios.js';

const START = millis(1_800_000_000_000);
const SHOP = rulebookOf(SCENARIOS['online-shop'].world);

function nowOf(name: keyof typeof SCENARIOS, scale = 1) {
  const play = createPlay(SCENARIOS[name], { seed: 3, start: START, scale });
  return { records: play.records(START, millis(START + 30_000)), rulebook: rulebookOf(play.world(START)) };
}

describe('the rulebook of a world', () => {
  it.each(SCENARIO_NAMES)('gives every record of %s the verdict that it has', (name) => {
    const { records, rulebook } = nowOf(name);
    const { set, index } = engineOf(rulebook);
    const differing = records.filter((record: FlowRecord) => {
      const { source, dest } = evaluate(record, set, index);
      const side = record.key.reporter === 'src' ? source : dest;
      return (
        side?.verdict !== record.key.verdict ||
        JSON.stringify(side.trace) !== JSON.stringify(record.key.trace)
      );
    });
    expect(records.length).toBeGreaterThan(200);
    expect(differing).toEqual([]);
  });

  it('has a pod for each that runs, with an address of its own, on a node', () => {
    const { pods } = SHOP.cluster;
    expect(pods.filter(({ generateName }) => generateName === 'frontend-7d9f5c8b6d-')).toHaveLength(3);
    expect(pods.filter(({ generateName }) => generateName === 'fluent-bit-')).toHaveLength(4);
    expect(pods.map(({ name }) => name)).toContain('orders-db-0');
    expect(new Set(pods.flatMap(({ ips }) => ips)).size).toBe(pods.length);
    expect(new Set(pods.map(({ namespace, name }) => `${namespace}/${name}`)).size).toBe(pods.length);
    expect(pods.every(({ node, ips }) => node !== '' && ips.length === 1)).toBe(true);
  });

  it('keeps addresses apart in a world many times as large', () => {
    const { pods } = nowOf('online-shop', 40).rulebook.cluster;
    expect(pods.length).toBeGreaterThan(1_000);
    expect(new Set(pods.flatMap(({ ips }) => ips)).size).toBe(pods.length);
  });

  it('knows the addresses that records tell of', () => {
    const { records, rulebook } = nowOf('online-shop');
    const known = new Set(rulebook.cluster.pods.flatMap(({ ips }) => ips));
    const told = records
      .filter(({ key }) => key.dest.kind === 'workload')
      .flatMap(({ evidence }) => evidence.destIps.kept.map(([ip]) => ip));
    expect(told.length).toBeGreaterThan(100);
    expect(told.filter((ip) => !known.has(ip))).toEqual([]);
  });

  it('has the services that are called, with what stands behind them', () => {
    const { services, endpointSlices, networkSets } = SHOP.cluster;
    const dns = services.find(({ name }) => name === 'kube-dns');
    expect(dns?.selector).toEqual({ 'k8s-app': 'kube-dns' });
    expect(dns?.ports.map(({ port, protocol }) => `${protocol} ${port}`).sort()).toEqual([
      'TCP 9153',
      'UDP 53',
    ]);
    expect(services.find(({ name }) => name === 'checkoutservice')?.selector).toEqual({
      app: 'checkoutservice',
    });
    expect(services.find(({ name }) => name === 'kubernetes')?.selector).toBeNull();
    expect(endpointSlices).toEqual([
      {
        namespace: 'default',
        name: 'kubernetes',
        service: 'kubernetes',
        ports: [{ port: 6443, protocol: 'TCP' }],
        addresses: ['10.0.0.10'],
      },
    ]);
    expect(networkSets).toEqual([
      {
        namespace: 'payments',
        name: 'bank-gateways',
        labels: { role: 'bank' },
        nets: ['198.51.100.66/32', '198.51.100.67/32'],
      },
    ]);
  });

  it('is complete, so that what it does not list does not exist', () => {
    expect(SHOP.cluster.complete).toBe(true);
  });
});
