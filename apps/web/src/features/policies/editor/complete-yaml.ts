import type { KnownNames, LabelNames } from './known-names.js';
import { nodeAt, type SchemaNode, schemaOf, type ValueSource } from './policy-schema.js';
import { type YamlPlace, yamlPlace } from './yaml-place.js';

export interface YamlOption {
  /** What is shown and matched. */
  readonly label: string;
  readonly doc: string;
  /** What is written; the label where it is absent. */
  readonly apply?: string;
  readonly sort: 'field' | 'value' | 'name' | 'start';
}

export interface YamlOptions {
  /** Where in the text what is chosen begins. */
  readonly from: number;
  readonly options: readonly YamlOption[];
}

/** What may be written at an offset of a text of policies; null where nothing is known of the place. */
export function completeYaml(text: string, offset: number, names: KnownNames): YamlOptions | null {
  const place = yamlPlace(text, offset);
  const root = schemaOf(place.apiVersion, place.kind);
  const node = nodeAt(root, place.path);
  const starts = place.path.length === 0 && place.what === 'key' && place.siblings.length === 0 ? STARTS : [];
  if (node === null) return starts.length === 0 ? null : { from: place.from, options: starts };
  if (place.what === 'value') return valuesAt(node, place, names);
  const options = [...starts, ...fieldsOf(node, place, names)];
  if (place.what === 'item') options.push(...plainValues(node, place, names));
  // A list that is begun without its dash.
  if (place.what === 'key' && node.items !== undefined) {
    const items = [
      ...fieldsOf(node.items, { ...place, siblings: [] }, names),
      ...plainValues(node.items, place, names),
    ];
    options.push(...items.map((option) => ({ ...option, apply: `- ${option.apply ?? option.label}` })));
  }
  return options.length === 0 ? null : { from: place.from, options };
}

function fieldsOf(node: SchemaNode, { siblings, indent }: YamlPlace, names: KnownNames): YamlOption[] {
  const labels = node.keys === undefined ? [] : Object.keys(names[node.keys]);
  return [
    ...Object.entries(node.fields ?? {})
      .filter(([name]) => !siblings.includes(name))
      .map(([name, field]) => ({
        label: name,
        doc: field.doc ?? '',
        apply: `${name}:${opening(field, indent)}`,
        sort: 'field' as const,
      })),
    ...labels
      .filter((name) => !siblings.includes(name))
      .map((name) => ({ label: name, doc: 'label', apply: `${name}: `, sort: 'name' as const })),
  ];
}

/** What follows the colon: a value on the line, or a mapping or a list below it. */
function opening({ fields, keys, items }: SchemaNode, indent: number): string {
  const inner = `\n${' '.repeat(indent + 2)}`;
  if (items !== undefined) return `${inner}- `;
  return fields !== undefined || keys !== undefined ? inner : ' ';
}

function valuesAt(node: SchemaNode, place: YamlPlace, names: KnownNames): YamlOptions | null {
  const { values } = node;
  if (typeof values === 'object' && 'selects' in values) {
    return selectorOptions(place, names[values.selects], values.selects === 'namespaceLabels');
  }
  const options = plainValues(node, place, names);
  return options.length === 0 ? null : { from: place.from, options };
}

function plainValues({ values, doc = '' }: SchemaNode, place: YamlPlace, names: KnownNames): YamlOption[] {
  if (values === undefined) return [];
  const isFixed = Array.isArray(values);
  return valuesOf(values, place, names).map((label) => ({
    label,
    doc: isFixed ? '' : doc,
    sort: isFixed ? ('value' as const) : ('name' as const),
  }));
}

function valuesOf(
  values: readonly string[] | ValueSource,
  { labelKey, path }: YamlPlace,
  names: KnownNames,
): readonly string[] {
  if (typeof values === 'string') return names[values];
  if (!('labelKey' in values) && !('labelValue' in values) && !('selects' in values)) return values;
  if ('labelKey' in values) return Object.keys(names[values.labelKey]);
  if ('selects' in values) return [];
  const own = path.at(-1);
  return names[values.labelValue][labelKey === '' && typeof own === 'string' ? own : labelKey] ?? [];
}

/** Conditions of a Calico selector, after the last `&&`, `||`, `!` or parenthesis. */
function selectorOptions({ typed, from }: YamlPlace, labels: LabelNames, ofNamespaces: boolean): YamlOptions {
  const joint = /^(.*(?:&&|\|\||\(|!)\s*|['"]?)/.exec(typed)?.[0] ?? '';
  const conditions = Object.entries(labels).flatMap(([key, values]) =>
    values.map((value) => ({ label: `${key} == "${value}"`, doc: '', sort: 'name' as const })),
  );
  const keys = Object.keys(labels).map((key) => ({
    label: `has(${key})`,
    doc: 'whatever its value',
    sort: 'value' as const,
  }));
  const all = {
    label: 'all()',
    doc: ofNamespaces ? 'every namespace' : 'everything',
    sort: 'field' as const,
  };
  const global = { label: 'global()', doc: 'what is in no namespace', sort: 'field' as const };
  return {
    from: from + joint.length,
    options: [all, ...(ofNamespaces ? [global] : []), ...conditions, ...keys],
  };
}

const STARTS: readonly YamlOption[] = [
  {
    label: 'Kubernetes NetworkPolicy',
    doc: 'allows what it names, in one namespace',
    sort: 'start',
    apply:
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: \n  namespace: \nspec:\n  podSelector: {}\n  policyTypes:\n    - Ingress\n  ingress: []\n',
  },
  {
    label: 'Calico NetworkPolicy',
    doc: 'allows, denies or passes on, in one namespace',
    sort: 'start',
    apply:
      'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata:\n  name: \n  namespace: \nspec:\n  tier: default\n  order: 100\n  selector: all()\n  types:\n    - Ingress\n  ingress:\n    - action: Allow\n',
  },
  {
    label: 'Calico GlobalNetworkPolicy',
    doc: 'the same over namespaces',
    sort: 'start',
    apply:
      'apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata:\n  name: \nspec:\n  tier: default\n  order: 100\n  selector: all()\n  types:\n    - Ingress\n  ingress:\n    - action: Allow\n',
  },
  {
    label: 'Calico StagedNetworkPolicy',
    doc: 'shows what it would do, and does nothing',
    sort: 'start',
    apply:
      'apiVersion: projectcalico.org/v3\nkind: StagedNetworkPolicy\nmetadata:\n  name: \n  namespace: \nspec:\n  stagedAction: Set\n  tier: default\n  order: 100\n  selector: all()\n  types:\n    - Ingress\n  ingress:\n    - action: Allow\n',
  },
];
