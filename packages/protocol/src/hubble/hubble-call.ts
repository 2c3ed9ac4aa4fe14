import type { HubbleCall } from './hubble-event.js';

const MOST_CALL = 200;

/** DNS response codes by number (RFC 1035, section 4.1.1). */
const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/**
 * A call and its outcome in words: `GET /cart 200`, `DNS A db.example.com NXDOMAIN`. Of two events on one call
 * the answer tells both; a request is only told where it was refused, for then no answer comes. Empty otherwise.
 */
export function callText(call: HubbleCall, isRefused: boolean): string {
  if (call.isRequest && !isRefused) return '';
  const outcome = call.isRequest ? 'denied' : outcomeOf(call);
  return printable(`${questionOf(call)} ${outcome}`.trim());
}

function questionOf(call: HubbleCall): string {
  switch (call.type) {
    case 'http':
      return `${call.method} ${pathOf(call.url)}`;
    case 'dns':
      return `DNS ${call.queryTypes.join(',')} ${nameOf(call.query)}`.replace('  ', ' ');
    case 'kafka':
      return `Kafka ${call.api} ${call.topic}`.trimEnd();
  }
}

function outcomeOf(call: HubbleCall): string {
  switch (call.type) {
    case 'http':
      return call.status === 0 ? '' : String(call.status);
    case 'dns':
      return RCODES[call.rcode] ?? `RCODE${call.rcode}`;
    case 'kafka':
      return call.error === 0 ? '' : `error ${call.error}`;
  }
}

/** Without the query, which holds what people typed, and without the host, which is the destination. */
function pathOf(url: string): string {
  const scheme = url.indexOf('://');
  const slash = scheme < 0 ? 0 : url.indexOf('/', scheme + 3);
  if (slash < 0) return '/';
  const end = url.slice(slash).search(/[?#]/);
  const path = end < 0 ? url.slice(slash) : url.slice(slash, slash + end);
  return path === '' ? '/' : path;
}

/** A DNS name without the dot of the root. */
export function nameOf(name: string): string {
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function printable(text: string): string {
  const short = text.length > MOST_CALL ? `${text.slice(0, MOST_CALL - 1)}…` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not reach a page or a log
  return short.replace(/[\u0000-\u001f\u007f]/g, ' ');
}
