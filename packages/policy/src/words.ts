import { type Endpoint, endpointText, isStaged, type PolicyRef, workloadOf } from '@vibrissa/model';

/** What a person calls the two ends: short names, with the namespace where they would be the same. */
export function endNames(source: Endpoint, dest: Endpoint): { source: string; dest: string } {
  const short = { source: shortName(source), dest: shortName(dest) };
  if (short.source !== short.dest) return short;
  return { source: longName(source), dest: longName(dest) };
}

function shortName(endpoint: Endpoint): string {
  if (endpoint.address !== '' || endpoint.kind === 'network') return endpointText(endpoint);
  return endpoint.name === '' ? endpoint.namespace : workloadOf(endpoint);
}

function longName(endpoint: Endpoint): string {
  return endpointText({ ...endpoint, name: workloadOf(endpoint) });
}

/** `tcp 8443`, `icmp`, or `this` when neither is known. */
export function portWords(protocol: string, port: number): string {
  if (protocol === '') return port === 0 ? 'this' : `port ${port}`;
  return port === 0 ? protocol : `${protocol} ${port}`;
}

/** `default-deny (tier security)`, `lockdown-data (staged, tier security)`. */
export function policyWords({ kind, name, tier }: PolicyRef): string {
  const facts = [isStaged(kind) ? 'staged' : '', tier === '' ? '' : `tier ${tier}`].filter(
    (fact) => fact !== '',
  );
  return facts.length === 0 ? name : `${name} (${facts.join(', ')})`;
}

/** Rules are counted from 1 in sentences; `ruleIndex` counts from 0, and below 0 is not known. */
export function ruleWords(ruleIndex: number): string {
  return ruleIndex < 0 ? 'a rule' : `rule ${ruleIndex + 1}`;
}

/** A profile as what it stands for: `the profile of namespace shop`. */
export function profileWords(name: string): string {
  if (name.startsWith('kns.')) return `the profile of namespace ${name.slice(4)}`;
  if (name.startsWith('ksa.')) return `the profile of service account ${name.slice(4)}`;
  return name === '' ? 'its profile' : `profile ${name}`;
}
