import { describe, expect, it } from 'vitest';
import { type Connection, outsideParty, podParty } from './connection.js';
import { decideConnection } from './evaluate.js';
import { PolicySet } from './policy-set.js';
import { problemText } from './read-problem.js';
import { readResources } from './read-resources.js';
import {
  TEMPLATE_NAMES,
  TemplateError,
  type TemplateName,
  type TemplateOptions,
  template,
} from './templates.js';

const DIALECTS = ['kubernetes', 'calico'] as const;

function pod(namespace: string, labels: Readonly<Record<string, string>>) {
  return podParty({
    namespace,
    labels,
    namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
    ip: '10.0.0.1',
  });
}

const CART = pod('shop', { app: 'cart' });
const WEB = pod('shop', { app: 'web' });
const LEDGER = pod('payments', { app: 'ledger' });
const OTHER = pod('other', { app: 'other' });
const DNS = pod('kube-system', { 'k8s-app': 'kube-dns' });

const BETWEEN: Readonly<Record<string, Connection>> = {
  'cart to web': { source: CART, dest: WEB, port: 8080, protocol: 'tcp' },
  'cart to ledger': { source: CART, dest: LEDGER, port: 8443, protocol: 'tcp' },
  'other to cart': { source: OTHER, dest: CART, port: 8080, protocol: 'tcp' },
  'cart to other': { source: CART, dest: OTHER, port: 8080, protocol: 'tcp' },
  'cart to dns over udp': { source: CART, dest: DNS, port: 53, protocol: 'udp' },
  'cart to dns over tcp': { source: CART, dest: DNS, port: 53, protocol: 'tcp' },
  'cart to dns metrics': { source: CART, dest: DNS, port: 9153, protocol: 'tcp' },
  'cart to the internet': { source: CART, dest: outsideParty('192.0.2.1'), port: 443, protocol: 'tcp' },
  'cart to cloud metadata': {
    source: CART,
    dest: outsideParty('169.254.169.254'),
    port: 80,
    protocol: 'tcp',
  },
  'other to cloud metadata': {
    source: OTHER,
    dest: outsideParty('169.254.169.254'),
    port: 80,
    protocol: 'tcp',
  },
  'other to ledger': { source: OTHER, dest: LEDGER, port: 8443, protocol: 'tcp' },
  'ledger to other': { source: LEDGER, dest: OTHER, port: 8080, protocol: 'tcp' },
  'other to other': { source: OTHER, dest: OTHER, port: 8080, protocol: 'tcp' },
};

const DNS_ALONE = ['cart to dns over udp', 'cart to dns over tcp'];
const UNTOUCHED = ['other to ledger', 'ledger to other', 'other to other'];

/** What stays allowed. */
const ALLOWED: Readonly<Record<TemplateName, readonly string[]>> = {
  'default-deny': [...DNS_ALONE, 'other to cloud metadata', ...UNTOUCHED],
  'namespace-isolation': ['cart to web', ...DNS_ALONE, 'other to cloud metadata', ...UNTOUCHED],
  'three-tiers': ['cart to web', ...DNS_ALONE, ...UNTOUCHED],
  'in-scope': ['cart to web', 'cart to ledger', ...DNS_ALONE, 'other to cloud metadata', 'other to other'],
};

function optionsOf(name: TemplateName, dialect: 'kubernetes' | 'calico', staged: boolean): TemplateOptions {
  return { namespace: 'shop', ...(name === 'in-scope' ? { namespaces: ['payments'] } : {}), dialect, staged };
}

describe.each(TEMPLATE_NAMES)('template %s', (name) => {
  it.each(DIALECTS)('is read back as what it is (%s)', (dialect) => {
    for (const staged of [true, false]) {
      const { yaml, objects } = template(name, optionsOf(name, dialect, staged));
      const found = readResources([{ name: 'x.yaml', text: yaml }]);
      expect(found.problems.map(problemText)).toEqual([]);
      expect([...found.tiers, ...found.policies]).toEqual(objects);
      expect(yaml).toContain('# ');
    }
  });

  it.each(DIALECTS)('allows what it says, and nothing else (%s)', (dialect) => {
    const { yaml } = template(name, optionsOf(name, dialect, false));
    const { tiers, policies } = readResources([{ name: 'x.yaml', text: yaml }]);
    const set = new PolicySet(tiers, policies);
    const allowed = Object.entries(BETWEEN)
      .filter(([, connection]) => decideConnection(set, connection).verdict === 'allow')
      .map(([what]) => what);
    expect(allowed.sort()).toEqual([...ALLOWED[name]].sort());
  });

  it.each(DIALECTS)('denies nothing while it is staged, and then the same (%s)', (dialect) => {
    const { objects } = template(name, optionsOf(name, dialect, true));
    const tiers = objects.filter((object) => 'defaultAction' in object);
    const set = new PolicySet(
      tiers,
      objects.filter((object) => 'kind' in object),
    );
    for (const [what, connection] of Object.entries(BETWEEN)) {
      const { verdict, pending } = decideConnection(set, connection);
      expect(verdict).toBe('allow');
      // ClusterNetworkPolicies have no staged form.
      if (name === 'three-tiers' && dialect === 'kubernetes' && what === 'other to cloud metadata') continue;
      expect([what, pending]).toEqual([what, ALLOWED[name].includes(what) ? 'allow' : 'deny']);
      expect(decideConnection(set.afterStaging(), connection).verdict).toBe(pending);
    }
  });
});

it('a namespace that cannot be is refused', () => {
  for (const namespace of ['', 'x" || all()', 'Shop']) {
    const options = { namespace, dialect: 'calico', staged: false } as const;
    expect(() => template('default-deny', options)).toThrow(TemplateError);
    expect(() => template('in-scope', { ...options, namespace: 'shop', namespaces: [namespace] })).toThrow(
      TemplateError,
    );
  }
});
