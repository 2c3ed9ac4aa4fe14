import {
  compileFilter,
  ENDPOINT_KINDS,
  type Endpoint,
  type FlowKey,
  foldFlows,
  groupKeyOf,
  INNER_NETWORK_NAMES,
  isOutside,
  millis,
  NO_EVIDENCE,
  NO_TRACE,
  parseFilter,
  printFilter,
  UNKNOWN_COUNTERS,
} from '@vibrissa/model';
import { describe, expect, it } from 'vitest';
import {
  DENIED,
  isQuickOn,
  LEAVES_CLUSTER,
  QUICK_FILTERS,
  quickCountFilter,
  toggleQuick,
  WOULD_BE_DENIED,
} from './quick-filters.js';

const on = (filter: string, ...disabled: string[]) => ({ filter, disabled });

describe('quick filters', () => {
  it.each(QUICK_FILTERS)('$label is a canonical filter that is on by itself and off without', (quick) => {
    expect(printFilter(parseFilter(quick.filter))).toBe(quick.filter);
    const pressed = toggleQuick(on('node=a'), quick);
    expect(isQuickOn(parseFilter(pressed.filter), quick)).toBe(true);
    expect(toggleQuick(pressed, quick)).toEqual(on('node=a'));
  });

  it('take the place of what was said about the same', () => {
    const denied = toggleQuick(on('node=a'), DENIED);
    expect(toggleQuick(denied, WOULD_BE_DENIED)).toEqual(on('node=a pending=deny verdict!=deny'));
    expect(toggleQuick(on('pending=deny verdict!=deny'), DENIED)).toEqual(on('verdict=deny'));
  });

  it('are on only when all they say applies', () => {
    expect(isQuickOn(parseFilter('pending=deny'), WOULD_BE_DENIED)).toBe(false);
    expect(isQuickOn(parseFilter('verdict=deny,allow'), DENIED)).toBe(false);
  });

  it('come back on from a clause that is switched off', () => {
    expect(toggleQuick(on('verdict=deny', 'verdict=deny'), DENIED)).toEqual(on('verdict=deny'));
  });

  it('count what would be left, without what is switched off', () => {
    expect(quickCountFilter(on('node=a port=80 verdict=allow', 'port=80'), DENIED)).toBe(
      'node=a verdict=deny',
    );
  });

  it('count among everything while the filter cannot be read', () => {
    expect(quickCountFilter(on('(node=a'), DENIED)).toBe('verdict=deny');
  });

  const names = [...INNER_NETWORK_NAMES, 'pub', 'pvt', 'partners', 'ledger-0'];
  const ends = ENDPOINT_KINDS.flatMap((kind) =>
    names.map((name) => ({ kind, namespace: '', name, address: '' })),
  );

  it.each(ends)('leaving the cluster is to reach what is outside of it: $kind $name', (dest) => {
    expect(compileFilter(parseFilter(LEAVES_CLUSTER.filter))(lineTo(dest), millis(0))).toBe(isOutside(dest));
  });

  it('are put on once, whatever of them was there', () => {
    const [, inner = ''] = LEAVES_CLUSTER.filter.split('network-set ');
    expect(toggleQuick(on(`${inner} dest.kind=workload`), LEAVES_CLUSTER)).toEqual(on(LEAVES_CLUSTER.filter));
  });
});

function lineTo(dest: Endpoint) {
  const key: FlowKey = {
    source: { kind: 'workload', namespace: 'shop', name: 'web', address: '' },
    dest,
    port: 443,
    protocol: 'tcp',
    service: null,
    reporter: 'src',
    verdict: 'allow',
    trace: NO_TRACE,
  };
  const flow = {
    id: 1,
    key,
    counters: UNKNOWN_COUNTERS,
    sourceLabels: null,
    destLabels: null,
    evidence: NO_EVIDENCE,
    firstSeen: millis(0),
    lastSeen: millis(0),
  };
  return foldFlows(1, groupKeyOf(key, 'flow'), [flow]);
}
