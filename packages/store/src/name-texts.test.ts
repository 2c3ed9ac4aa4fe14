import type { Endpoint, Service } from '@vibrissa/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endpointText, labelsText, serviceText } from './name-texts.js';

/** Few characters, and those that texts put between fields, so that careless texts of two names often agree. */
const hostile = fc.string({ unit: fc.constantFrom('\n', ' ', '1'), maxLength: 3 });
const fields = fc.tuple(hostile, hostile, hostile, fc.constantFrom(0, 1, 11));
const labels = fc.array(hostile, { maxLength: 3 });
const RUNS = { numRuns: 5_000 };

type Fields = readonly [string, string, string, number];

/** Says that the texts of two names are equal when the names are, and only then. */
function expectTold<T extends readonly unknown[]>(text: (name: T) => string, a: T, b: T): void {
  const same = a.length === b.length && a.every((part, at) => part === b[at]);
  expect(text(a) === text(b)).toBe(same);
}

function textOfEndpoint([namespace, name, address, at]: Fields): string {
  const endpoint: Endpoint = { kind: at === 0 ? 'network' : 'workload', namespace, name, address };
  return endpointText(endpoint);
}

function textOfService([namespace, name, portName, port]: Fields): string {
  const service: Service = { namespace, name, portName, port };
  return serviceText(service);
}

describe('the texts of names tell apart what differs, whatever characters are in it:', () => {
  it('endpoints', () => {
    const either = ([a, b, c, at]: Fields): Fields => [a, b, c, Math.min(at, 1)];
    fc.assert(
      fc.property(fields, fields, (a, b) => expectTold(textOfEndpoint, either(a), either(b))),
      RUNS,
    );
  });

  it('services', () => {
    fc.assert(
      fc.property(fields, fields, (a, b) => expectTold(textOfService, a, b)),
      RUNS,
    );
  });

  it('lists of labels', () => {
    fc.assert(
      fc.property(labels, labels, (a, b) => expectTold<readonly string[]>(labelsText, a, b)),
      RUNS,
    );
  });
});
