/** Things that tell a place, in the order of what people call it by. */
export const PLACE_FIELDS = ['workload', 'name', 'address', 'ip', 'namespace', 'kind'] as const;

/** `a`, `a or b`, `a, b or c`; an empty value shows as quotation marks. */
export function listed(values: readonly string[]): string {
  const shown = values.map((value) => (value === '' ? '“”' : value));
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} or ${last}`;
}

const KIND_WORDS: Readonly<Record<string, string>> = {
  workload: 'a workload',
  host: 'a host',
  'network-set': 'a network set',
  network: 'a network',
};

/**
 * One end by what a filter says of it, such as `frontend in shop`; empty when it says nothing.
 * What is said to be empty is mentioned only where nothing else is known.
 */
export function describePlace(known: ReadonlyMap<string, readonly string[]>): string {
  const said = (field: string) => {
    const values = known.get(field) ?? [];
    return values.every((value) => value === '') ? '' : listed(values);
  };
  const names = [said('workload'), said('name')].filter((name) => name !== '');
  const addresses = [said('address'), said('ip')].filter((address) => address !== '');
  const kind = listed((known.get('kind') ?? []).map((value) => KIND_WORDS[value] ?? value));
  const namespace = said('namespace');
  const [head = '', ...more] = [...names, ...addresses];
  if (head === '') {
    if (namespace === '') return kind || nameless(known);
    return kind === '' ? namespace : `${kind} in ${namespace}`;
  }
  const at = more.length === 0 ? '' : ` (${more.join(', ')})`;
  return `${head}${namespace === '' ? '' : ` in ${namespace}`}${at}${kind === '' ? '' : `, ${kind},`}`;
}

function nameless(known: ReadonlyMap<string, readonly string[]>): string {
  const [field] = known.keys();
  return field === undefined ? '' : `a place without ${field}`;
}
