import { known, type Match } from './match.js';

const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['icmp', 1],
  ['tcp', 6],
  ['udp', 17],
  ['icmpv6', 58],
  ['sctp', 132],
  ['udplite', 136],
]);

const NAMED: ReadonlySet<number> = new Set(NUMBERS.values());
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 132]);

/** What cannot be a protocol, such as 300. */
const IMPOSSIBLE = -1;
/** A name without a number here: some protocol that is none of the named. */
const OTHER = -2;
/** The protocol of a flow that does not tell. */
const UNKNOWN = -3;

/** The number of a protocol given by name or number, in any case; below 0 where there is none. */
export function protocolNumber(text: string): number {
  const number = NUMBERS.get(text) ?? NUMBERS.get(text.toLowerCase());
  if (number !== undefined) return number;
  if (text === '') return UNKNOWN;
  if (!/^-?\d+$/.test(text)) return OTHER;
  const given = Number(text);
  return given >= 1 && given <= 255 ? given : IMPOSSIBLE;
}

/** Whether a flow's protocol is the one a rule names. */
export function matchProtocol(wanted: number, given: number): Match {
  if (wanted < 0 || given === IMPOSSIBLE) return 'no';
  if (given === UNKNOWN) return 'maybe';
  return given === OTHER && !NAMED.has(wanted) ? 'maybe' : known(wanted === given);
}

/** Whether a flow's protocol is another than the one a rule names; nothing is sure of what cannot be. */
export function matchNotProtocol(unwanted: number, given: number): Match {
  if (given === IMPOSSIBLE) return 'no';
  if (unwanted < 0) return 'yes';
  if (given === UNKNOWN) return 'maybe';
  return given === OTHER && !NAMED.has(unwanted) ? 'maybe' : known(unwanted !== given);
}

/** Whether two protocols may be the same; the first is a flow's, which may not tell. */
export function mayBeProtocol(given: number, other: number): boolean {
  return given === UNKNOWN || given === other;
}

/** Whether policies look at the ports of a flow's protocol. */
export function hasPorts(protocol: number): Match {
  return protocol === UNKNOWN ? 'maybe' : known(WITH_PORTS.has(protocol));
}

/** Whether it is ICMP, for IPv4 or IPv6. */
export function isIcmp(protocol: number): Match {
  return protocol === UNKNOWN ? 'maybe' : known(protocol === 1 || protocol === 58);
}

const TEXTS: Readonly<Record<number, string>> = {
  1: 'ICMP',
  6: 'TCP',
  17: 'UDP',
  58: 'ICMPv6',
  132: 'SCTP',
  136: 'UDPLite',
};

/** A protocol as people write it: `TCP` for `tcp` and for 6; empty when it is not known. */
export function protocolText(text: string): string {
  return TEXTS[protocolNumber(text)] ?? text;
}
