import { engineOf } from '@vibrissa/policy';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joined, readKubeObject } from './kube-objects.js';
import { KUBE_RESOURCES } from './kube-resources.js';

const RESOURCES = KUBE_RESOURCES.flat();
const resource = fc.constantFrom(...RESOURCES);

/** Objects as they might be, with anything where something certain belongs. */
const object = fc.record(
  {
    metadata: fc.record(
      { name: fc.string(), namespace: fc.string(), labels: fc.anything(), ownerReferences: fc.anything() },
      { requiredKeys: [] },
    ),
    spec: fc.oneof(
      fc.anything(),
      fc.record(
        {
          podSelector: fc.anything(),
          selector: fc.anything(),
          ingress: fc.oneof(fc.anything(), fc.array(fc.anything())),
          nets: fc.array(fc.anything()),
          containers: fc.array(fc.anything()),
        },
        { requiredKeys: [] },
      ),
    ),
    status: fc.anything(),
  },
  { requiredKeys: [] },
);

describe('an object of the Kubernetes API', () => {
  it('never fails to be read, whatever it is, and compiles with the rest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(resource, fc.oneof(object, fc.anything())), { maxLength: 5 }),
        (objects) => {
          const read = objects.flatMap(([of, given]) => readKubeObject(of, given) ?? []);
          engineOf(
            joined(
              read.flatMap(({ rulebook }) => rulebook ?? []),
              true,
            ),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('is nothing without a name, and is told of by kind and name', () => {
    const [namespaces] = RESOURCES;
    if (namespaces === undefined) throw new Error('namespaces are asked for');
    expect([null, [], {}, { metadata: { name: '' } }].map((one) => readKubeObject(namespaces, one))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    const wrong = { metadata: { name: 'shop', labels: 3 } };
    expect(readKubeObject(namespaces, wrong)?.problems).toMatchObject([
      { file: 'Namespace shop', document: 0, path: 'metadata.labels' },
    ]);
  });
});
