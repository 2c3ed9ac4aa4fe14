import { isIPv6 } from 'node:net';
import { RecentTexts } from './recent-texts.js';

const DOT = 46;
const ZERO = 48;

/** Canonical spellings of the IPv6 addresses met last: spelling one out costs a hundred times a look-up. */
const known = new RecentTexts<string>(16_384, 1_500_000);

/**
 * The one spelling of an address: IPv4 as it is, IPv6 in lower case with zeros left out (RFC 5952), whether the
 * kernel wrote it in full or a tool shortened it. Null for what is no address.
 */
export function canonicalIp(text: string): string | null {
  if (isIpv4(text)) return text;
  if (text.length > 45 || !text.includes(':')) return null;
  const found = known.get(text);
  if (found !== undefined) return found;
  if (!isIPv6(text) || text.includes('%')) return null;
  const canonical = new URL(`http://[${text}]`).hostname.slice(1, -1);
  known.set(text, canonical);
  return canonical;
}

/** Four numbers from 0 to 255 without leading zeros. */
export function isIpv4(text: string): boolean {
  if (text.length < 7 || text.length > 15) return false;
  let dots = 0;
  let digits = 0;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (digits === 0) return false;
      dots++;
      digits = 0;
      value = 0;
      continue;
    }
    if (code < ZERO || code > 57 || (digits > 0 && value === 0)) return false;
    value = value * 10 + code - ZERO;
    digits++;
    if (value > 255) return false;
  }
  return dots === 3 && digits > 0;
}

/**
 * True for addresses that only mean something nearby: RFC 1918, loopback, link-local, shared (RFC 6598) and
 * unique local IPv6. Calico itself calls all IPv6 public.
 */
export function isPrivateIp(ip: string): boolean {
  if (ip.includes(':')) return ip === '::1' || /^(?:f[cd]|fe[89ab])/.test(ip);
  const [first = 0, second = 0] = ip.split('.', 2).map(Number);
  if (first === 10 || first === 127) return true;
  if (first === 172) return second >= 16 && second < 32;
  if (first === 192) return second === 168;
  if (first === 169) return second === 254;
  return first === 100 && second >= 64 && second < 128;
}
