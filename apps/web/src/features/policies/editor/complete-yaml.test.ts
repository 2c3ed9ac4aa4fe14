import { readResources } from '@vibrissa/policy';
import { describe, expect, it } from 'vitest';
import { completeYaml } from './complete-yaml.js';
import type { KnownNames } from './known-names.js';

const NAMES: KnownNames = {
  tiers: ['default', 'security'],
  namespaces: ['payments', 'shop'],
  services: ['cart'],
  serviceAccounts: ['reader'],
  networkSets: [],
  podLabels: { app: ['cart', 'web'], role: ['db'] },
  namespaceLabels: { team: ['red'] },
};
const CALICO = 'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n';
const KUBERNETES = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n';

function complete(text: string) {
  const offset = text.indexOf('|');
  return completeYaml(text.replace('|', ''), offset, NAMES);
}
const labels = (text: string) => complete(text)?.options.map(({ label }) => label) ?? [];

/** The text once the option of that label is chosen. */
function chosen(text: string, label: string): string {
  const offset = text.indexOf('|');
  const whole = text.replace('|', '');
  const found = completeYaml(whole, offset, NAMES);
  const option = found?.options.find((one) => one.label === label);
  if (found === null || option === undefined) throw new Error(`${label} is not offered`);
  return whole.slice(0, found.from) + (option.apply ?? option.label) + whole.slice(offset);
}

describe('completion of policies', () => {
  it('offers the fields of a kind that are not there yet', () => {
    expect(labels(`${CALICO}spec:\n  tier: x\n  |`)).toContain('selector');
    expect(labels(`${CALICO}spec:\n  tier: x\n  |`)).not.toContain('tier');
    expect(labels(`${CALICO}spec:\n  tier: x\n  |`)).not.toContain('podSelector');
    expect(labels(`${KUBERNETES}spec:\n  |`)).toEqual(['podSelector', 'policyTypes', 'ingress', 'egress']);
    expect(labels(`${CALICO}spec:\n  ingress:\n    - |`)).toContain('action');
    expect(labels(`${CALICO}spec:\n  ingress:\n    - action: Allow\n      source:\n        |`)).toContain(
      'nets',
    );
  });

  it('offers the values of a field', () => {
    expect(labels('apiVersion: |')).toContain('networking.k8s.io/v1');
    expect(labels('apiVersion: projectcalico.org/v3\nkind: |')).toContain('Tier');
    expect(labels('apiVersion: networking.k8s.io/v1\nkind: |')).toEqual(['NetworkPolicy']);
    expect(labels(`${CALICO}spec:\n  ingress:\n    - action: |`)).toEqual(['Allow', 'Deny', 'Pass', 'Log']);
    expect(labels(`${KUBERNETES}spec:\n  policyTypes: [|`)).toEqual(['Ingress', 'Egress']);
    expect(labels(`${KUBERNETES}spec:\n  policyTypes:\n    - |`)).toEqual(['Ingress', 'Egress']);
  });

  it('offers the names of the cluster', () => {
    expect(labels(`${CALICO}metadata:\n  namespace: |`)).toEqual(['payments', 'shop']);
    expect(labels(`${CALICO}spec:\n  tier: |`)).toEqual(['default', 'security']);
    expect(labels(`${KUBERNETES}spec:\n  podSelector:\n    matchLabels:\n      |`)).toEqual(['app', 'role']);
    expect(labels(`${KUBERNETES}spec:\n  podSelector:\n    matchLabels:\n      app: |`)).toEqual([
      'cart',
      'web',
    ]);
    const condition = `${KUBERNETES}spec:\n  podSelector:\n    matchExpressions:\n      - key: role\n        operator: In\n        values:\n          - |`;
    expect(labels(condition)).toEqual(['db']);
  });

  it('offers conditions of a selector, also behind another', () => {
    expect(labels(`${CALICO}spec:\n  selector: |`)).toContain('app == "cart"');
    const second = `${CALICO}spec:\n  selector: has(x) && ap|`;
    expect(chosen(second, 'app == "web"')).toContain('selector: has(x) && app == "web"');
    expect(labels(`${CALICO}spec:\n  ingress:\n    - source:\n        namespaceSelector: |`)).toContain(
      'global()',
    );
  });

  it('writes a list with its dash, and a mapping one level deeper', () => {
    expect(chosen(`${CALICO}spec:\n  |`, 'ingress')).toBe(`${CALICO}spec:\n  ingress:\n    - `);
    expect(chosen(`${CALICO}|`, 'spec')).toBe(`${CALICO}spec:\n  `);
    expect(chosen(`${CALICO}spec:\n  ingress:\n    |`, 'action')).toBe(
      `${CALICO}spec:\n  ingress:\n    - action: `,
    );
  });

  it('begins an empty document with a policy that is understood once it has a name', () => {
    const starts = complete('|')?.options.filter(({ sort }) => sort === 'start') ?? [];
    expect(starts.length).toBeGreaterThan(3);
    for (const { apply = '' } of starts) {
      const text = apply.replace('name: ', 'name: x').replace('namespace: ', 'namespace: shop');
      expect(readResources([{ name: 'start', text }]).problems).toEqual([]);
    }
  });

  it('offers nothing where nothing is known', () => {
    expect(complete(`${CALICO}spec:\n  nonsense:\n    |`)).toBeNull();
    expect(complete(`${CALICO}spec:\n  order: |`)).toBeNull();
  });
});
