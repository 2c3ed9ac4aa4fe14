import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/**
 * Whether a host (`name[:port]`) is one under which browsers may reach the server: this machine's, an address,
 * or one of those given. Any other name was made to point here, so that a strange page could read flows.
 */
export function isKnownHost(host: string, hosts: readonly string[]): boolean {
  const url = `http://${host}`;
  if (!URL.canParse(url)) return false;
  const name = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || hosts.includes(name);
}

/** Whether a request may be answered: what is no browser may ask under any name. */
export function mayAsk(headers: IncomingHttpHeaders, hosts: readonly string[]): boolean {
  const fromBrowser = headers['sec-fetch-site'] !== undefined || headers.origin !== undefined;
  return !fromBrowser || isKnownHost(headers.host ?? '', hosts);
}

/** Whether a WebSocket may be opened: by a page of this server itself, or by what is no browser. */
export function mayConnect(headers: IncomingHttpHeaders, hosts: readonly string[]): boolean {
  const { origin, host = '' } = headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host && isKnownHost(host, hosts);
}
