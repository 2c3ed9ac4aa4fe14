/** What people look for: mostly one namespace, then a workload, a port, a verdict, a policy, or everything. */
export function fiftyFilters(): string[] {
  return [
    '',
    'verdict=deny',
    'port=443 protocol=tcp',
    'verdict=allow source.namespace=team-3',
    ...Array.from({ length: 26 }, (_, at) => `namespace=team-${at}`),
    ...Array.from({ length: 10 }, (_, at) => `dest.name~service-${at}1`),
    ...Array.from({ length: 5 }, (_, at) => `policy~rules-of-part-${at}7`),
    ...Array.from({ length: 5 }, (_, at) => `namespace=team-${30 + at} and not (port=80 or port=53)`),
  ];
}
