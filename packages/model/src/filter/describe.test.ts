import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeFilter } from './describe.js';
import { parseFilter } from './parse.js';
import { filters } from './test-arbitraries.js';

describe('describeFilter', () => {
  it.each([
    ['', 'all flows'],
    ['not ()', 'no flows'],
    ['verdict=deny source.namespace=shop port=5432', 'denied flows from shop to anything on port 5432'],
    ['dest=cart dest.ns=shop protocol=tcp', 'TCP flows from anything to cart in shop'],
    ['source.kind=network', 'flows from a network to anything'],
    ['namespace=shop,bank', 'flows from or to shop or bank'],
    ['namespace!=shop', 'flows neither from nor to shop'],
    ['-policy=allow-dns', 'flows without policy allow-dns'],
    ['policy~dns port>1024', 'flows on ports above 1024 with policy containing “dns”'],
    ['verdict!=deny', 'flows that are not denied'],
    ['pending=deny', 'flows that would be denied'],
    ['pending=deny -verdict=deny', 'flows that are not denied but would be'],
    ['bytes>1MB age<5m', 'flows with more than 1MB of traffic and first seen less than 5m ago'],
    ['not bytes=0', 'flows except flows with exactly 0 of traffic'],
    ['connections>=5', 'flows with at least 5 connections'],
    ['reporter=src frontend', 'flows reported by the source and mentioning “frontend”'],
    ['port=80 or (verdict=deny port=443)', 'flows on port 80, or denied flows on port 443'],
    ['decided=default-deny node=n1', 'flows decided by default-deny and seen on node n1'],
    ['port=1,2,3', 'flows on port 1, 2 or 3'],
    ['dest.namespace=""', 'flows from anything to a place without namespace'],
    ['source.label=app=web', 'flows with source label app=web'],
    ['dest.namespace!=shop', 'flows without destination namespace shop'],
  ])('says %j as %j', (text, words) => expect(describeFilter(parseFilter(text))).toBe(words));

  it('has words for any filter', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(describeFilter(filter)).toMatch(/flows/);
        expect(describeFilter(filter)).not.toMatch(/undefined|\[object/);
      }),
    );
  });
});
