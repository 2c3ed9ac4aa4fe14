/** An address as a number, with its family. */
interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** A block of addresses. */
export interface IpNet {
  readonly bits: 32 | 128;
  readonly prefix: bigint;
  readonly length: number;
}

/** Reads `10.0.0.0/8`, `2001:db8::/32` or a bare address; null if it is none. */
export function parseNet(text: string): IpNet | null {
  const [addressText = '', lengthText, ...rest] = text.split('/');
  const address = parseIp(addressText);
  if (address === null || rest.length > 0) return null;
  if (lengthText !== undefined && !/^\d{1,3}$/.test(lengthText)) return null;
  const length = lengthText === undefined ? address.bits : Number(lengthText);
  if (length > address.bits) return null;
  const host = BigInt(address.bits - length);
  return { bits: address.bits, prefix: address.value >> host, length };
}

/** True if the block holds the address; an address of the other family is in no block. */
export function netContains(net: IpNet, ip: string): boolean {
  const address = parseIp(ip);
  if (address === null || address.bits !== net.bits) return false;
  return address.value >> BigInt(net.bits - net.length) === net.prefix;
}

function parseIp(text: string): Address | null {
  const value = text.includes(':') ? parseIp6(text) : parseIp4(text);
  if (value === null) return null;
  return { bits: text.includes(':') ? 128 : 32, value };
}

function parseIp4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null;
    value = value * 256n + BigInt(part);
  }
  return value;
}

function parseIp6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map(parseGroups);
  if (head === null || head === undefined || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])];
  return groups.reduce((value, group) => value * 65_536n + BigInt(group), 0n);
}

function parseGroups(text: string): number[] | null {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (part.includes('.') && index === parts.length - 1) {
      const value = parseIp4(part);
      if (value === null) return null;
      groups.push(Number(value >> 16n), Number(value & 0xffffn));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return null;
    }
  }
  return groups;
}
