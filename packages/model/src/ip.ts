/** An address as a number. IPv4 mapped into IPv6 (`::ffff:10.0.0.1`) counts as IPv4. */
export interface Ip {
  readonly version: 4 | 6;
  readonly bits: bigint;
}

/** A block of addresses, both ends included. */
export interface Cidr {
  readonly version: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const DOT = 46;
const ZERO = 48;
const NINE = 57;

/**
 * Dotted IPv4 as an unsigned 32-bit number, −1 when it is none. Octets with leading zeros are refused:
 * some readers take them for octal.
 */
export function parseIpv4(text: string): number {
  if (text.length < 7 || text.length > 15) return -1;
  let address = 0;
  let octet = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0 || dots === 3) return -1;
      address = address * 256 + octet;
      octet = 0;
      digits = 0;
      dots += 1;
    } else if (code >= ZERO && code <= NINE) {
      if (digits > 0 && octet === 0) return -1;
      octet = octet * 10 + code - ZERO;
      digits += 1;
      if (octet > 255) return -1;
    } else {
      return -1;
    }
  }
  return dots === 3 && digits > 0 ? address * 256 + octet : -1;
}

/** The address a text spells, or null. Zones (`%eth0`) are refused. */
export function parseIp(text: string): Ip | null {
  const v4 = parseIpv4(text);
  if (v4 >= 0) return { version: 4, bits: BigInt(v4) };
  const bits = parseIpv6(text);
  if (bits === null) return null;
  return bits >> 32n === 0xffffn ? { version: 4, bits: bits & 0xffffffffn } : { version: 6, bits };
}

function parseIpv6(text: string): bigint | null {
  if (!text.includes(':') || text.length > 45) return null;
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n);
}

/** 16-bit groups; the last two may be written as dotted IPv4 where `dotted` allows. */
function groupsOf(text: string, dotted: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    const v4 = dotted && index === parts.length - 1 ? parseIpv4(part) : -1;
    if (v4 >= 0) groups.push(Math.floor(v4 / 65536), v4 % 65536);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

/** The block a text like `10.0.0.0/8` spells; a bare address is a block of one. Bits past the prefix are ignored. */
export function parseCidr(text: string): Cidr | null {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const ip = parseIp(address);
  if (ip === null) return null;
  const width = ip.version === 4 ? 32 : 128;
  let prefix = width;
  if (slash >= 0) {
    const digits = text.slice(slash + 1);
    if (!/^(0|[1-9]\d{0,2})$/.test(digits)) return null;
    const mapped = ip.version === 4 && address.includes(':');
    prefix = Number(digits) - (mapped ? 96 : 0);
    if (prefix < 0 || prefix > width) return null;
  }
  const size = 1n << BigInt(width - prefix);
  const first = (ip.bits / size) * size;
  return { version: ip.version, first, last: first + size - 1n };
}

export function cidrContains(cidr: Cidr, ip: Ip): boolean {
  return ip.version === cidr.version && ip.bits >= cidr.first && ip.bits <= cidr.last;
}

/**
 * A test for "this text is an address in that block", cheap for IPv4; null when `text` is no block.
 * Texts that are no addresses are in no block.
 */
export function cidrMatcher(text: string): ((address: string) => boolean) | null {
  const cidr = parseCidr(text);
  if (cidr === null) return null;
  const general = (address: string) => {
    const ip = address.includes(':') ? parseIp(address) : null;
    return ip !== null && cidrContains(cidr, ip);
  };
  if (cidr.version === 6) return general;
  const first = Number(cidr.first);
  const last = Number(cidr.last);
  return (address) => {
    const v4 = parseIpv4(address);
    return v4 >= 0 ? v4 >= first && v4 <= last : general(address);
  };
}

const PRIVATE = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '::1',
  'fc00::/7',
  'fe80::/10',
].map(parseCidr);

/** True for addresses that are not routed on the internet: private, shared, loopback and link-local. */
export function isPrivateIp(ip: Ip): boolean {
  return PRIVATE.some((cidr) => cidr !== null && cidrContains(cidr, ip));
}

/** Orders addresses: IPv4 before IPv6, then by number. */
export function compareIps(a: Ip, b: Ip): number {
  if (a.version !== b.version) return a.version - b.version;
  return a.bits < b.bits ? -1 : a.bits > b.bits ? 1 : 0;
}
