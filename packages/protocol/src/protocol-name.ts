/** Names of the protocol numbers that flows carry. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ['1', 'icmp'],
  ['4', 'ipip'],
  ['6', 'tcp'],
  ['17', 'udp'],
  ['50', 'esp'],
  ['58', 'icmp6'],
  ['icmpv6', 'icmp6'],
  ['132', 'sctp'],
]);

/** One spelling for each protocol: lower case, a name where there is one. */
export function protocolName(protocol: string): string {
  if (protocol === 'tcp' || protocol === 'udp') return protocol;
  const lower = protocol.toLowerCase();
  return NAMES.get(lower) ?? lower;
}
