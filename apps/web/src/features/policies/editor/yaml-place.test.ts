import { describe, expect, it } from 'vitest';
import { yamlPlace } from './yaml-place.js';

/** The place of `|` in a text. */
function at(text: string) {
  const offset = text.indexOf('|');
  return yamlPlace(text.replace('|', ''), offset);
}

const HEAD = 'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n';

describe('the place in YAML', () => {
  it.each([
    ['|', [], 'key', ''],
    ['ki|', [], 'key', 'ki'],
    ['kind: Net|', ['kind'], 'value', 'Net'],
    ['metadata:\n  na|', ['metadata'], 'key', 'na'],
    ['metadata:\n  name: x\n  |', ['metadata'], 'key', ''],
    ['spec:\n  ingress:\n    - act|', ['spec', 'ingress', 0], 'item', 'act'],
    ['spec:\n  ingress:\n  - act|', ['spec', 'ingress', 0], 'item', 'act'],
    ['spec:\n  ingress:\n    - action: Allow\n      pro|', ['spec', 'ingress', 0], 'key', 'pro'],
    [
      'spec:\n  ingress:\n    - action: Allow\n    - action: De|',
      ['spec', 'ingress', 1, 'action'],
      'value',
      'De',
    ],
    ['spec:\n  ingress:\n  - action: Allow\n  egr|', ['spec'], 'key', 'egr'],
    ['spec:\n  types: [Ingress, E|', ['spec', 'types', 0], 'value', 'E'],
    ['spec:\n  types:\n    - |', ['spec', 'types', 0], 'item', ''],
    ['a:\n  b: 1\n# note: x\nc|', [], 'key', 'c'],
    ['a:\n  b: 1\n---\nspec:\n  x|', ['spec'], 'key', 'x'],
    ['spec:\n  x|\n---\nspec: {}', ['spec'], 'key', 'x'],
  ] as const)('%j is %j, a %s', (text, path, what, typed) => {
    expect(at(text)).toMatchObject({ path, what, typed });
  });

  it('knows the kind of its own document', () => {
    expect(at(`${HEAD}---\napiVersion: v1 # x\nkind: "Tier"\nspec:\n  |\n---\nkind: Other\n`)).toMatchObject({
      apiVersion: 'v1',
      kind: 'Tier',
    });
    expect(at(`sp|\n${HEAD}`).kind).toBe('NetworkPolicy');
  });

  it('knows the keys that stand beside it, above and below', () => {
    const text = 'spec:\n  ingress:\n    - action: Allow\n      |\n      protocol: TCP\n    - source: {}\n';
    expect(at(text).siblings).toEqual(['action', 'protocol']);
    expect(at('spec:\n  |\n  order: 1\n  ingress:\n    - action: Allow\nother: 1').siblings).toEqual([
      'order',
      'ingress',
    ]);
    expect(at('- |\n  protocol: TCP\n- action: Allow').siblings).toEqual(['protocol']);
  });

  it('finds the label that a condition is on', () => {
    expect(at('x:\n  - key: app\n    operator: In\n    values:\n      - |').labelKey).toBe('app');
    expect(at('x:\n  - key: app\n    operator: In\n    values: [ca|').labelKey).toBe('app');
    expect(at('x:\n  - operator: In\n    values: [ca|').labelKey).toBe('');
  });

  it('says where what is typed begins, and how far a key is indented', () => {
    expect(at('metadata:\n  na|')).toMatchObject({ from: 12, indent: 2 });
    expect(at('x:\n  - na|')).toMatchObject({ from: 7, indent: 4 });
  });
});
