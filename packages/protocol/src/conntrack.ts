import { type Millis, millis } from '@vibrissa/model';
import { canonicalIp } from './ip-address.js';
import { protocolName } from './protocol-name.js';
import type { RecordProblem } from './record-problem.js';

/** One direction of a connection, as its first packet has it. */
export interface ConntrackTuple {
  readonly source: string;
  readonly dest: string;
  /** 0 for protocols without ports. */
  readonly sourcePort: number;
  readonly destPort: number;
  /** Since the connection began; null when the kernel does not account, or the event does not tell. */
  readonly packets: number | null;
  readonly bytes: number | null;
}

/** A connection as the kernel tracks it: an event about it, or its line in a listing. */
export interface ConntrackEntry {
  /** Null in listings. */
  readonly event: 'new' | 'update' | 'destroy' | null;
  /** When the event happened; null when the line has no time. */
  readonly at: Millis | null;
  readonly protocol: string;
  /** Of TCP and the like: `ESTABLISHED`, `TIME_WAIT`, …; empty when the protocol has none. */
  readonly state: string;
  readonly original: ConntrackTuple;
  /** As answers look: its source is who answers, whatever address was called. */
  readonly reply: ConntrackTuple;
  readonly isUnreplied: boolean;
  readonly isAssured: boolean;
  /** The kernel's number of the connection, which may come again once it is over. */
  readonly id: number | null;
  /** How long ago it began, ms; null when the kernel keeps no time of that. */
  readonly ageMs: number | null;
  /** Connections of different zones may have the same addresses; empty for the common one. */
  readonly zone: string;
}

/** Lines of conntrack are below 400 bytes; with labels and secctx not far above. */
const MOST_LENGTH = 2_048;
const SPACE = 32;
const TAB = 9;
const EQUALS = 61;
const BRACKET = 91;
const MOST_ID = 0xffff_ffff;
const EVENTS: ReadonlyMap<string, ConntrackEntry['event']> = new Map([
  ['NEW', 'new'],
  ['UPDATE', 'update'],
  ['DESTROY', 'destroy'],
]);

/** Written while a line is read, so it has no readonly. */
interface Side {
  source: string;
  dest: string;
  sourcePort: number;
  destPort: number;
  packets: number | null;
  bytes: number | null;
}

/**
 * Reads one line of `conntrack -E`, of `conntrack -L` (plain or extended) or of /proc/net/nf_conntrack
 * (layout: libnetfilter_conntrack's default output and the kernel's ct_seq_show). Addresses come in their
 * canonical spelling. Words it does not know are skipped, as kernels add some.
 */
export function readConntrack(line: string): ConntrackEntry | RecordProblem {
  const { length } = line;
  if (length > MOST_LENGTH) return problem('(line)', `is longer than ${MOST_LENGTH} characters`);
  const original = emptySide();
  const reply = emptySide();
  let side = original;
  let sides = 0;
  let event: ConntrackEntry['event'] = null;
  let at: Millis | null = null;
  let protocol = '';
  let state = '';
  let isUnreplied = false;
  let isAssured = false;
  let id: number | null = null;
  let ageMs: number | null = null;
  let zone = '';
  let isIcmp = false;
  let ids = 0;
  let bare = 0;
  let from = 0;
  while (from < length) {
    const first = line.charCodeAt(from);
    if (first === SPACE || first === TAB) {
      from++;
      continue;
    }
    let to = from + 1;
    let equals = -1;
    for (; to < length; to++) {
      const code = line.charCodeAt(to);
      if (code === SPACE || code === TAB) break;
      if (code === EQUALS && equals < 0) equals = to;
    }
    if (first === BRACKET) {
      const word = line.slice(from + 1, to - 1);
      if (word === 'UNREPLIED') isUnreplied = true;
      else if (word === 'ASSURED') isAssured = true;
      else if (sides === 0 && EVENTS.has(word)) event = EVENTS.get(word) ?? null;
      else if (sides === 0 && at === null && isSeconds(word)) at = millis(Math.floor(Number(word) * 1000));
    } else if (equals < 0) {
      // Before the addresses: [ipv4 2] tcp 6 [seconds left] [state].
      if (sides === 0) {
        const word = line.slice(from, to);
        if (bare === 0 && (word === 'ipv4' || word === 'ipv6')) bare = -2;
        else if (bare === 0) protocol = word;
        else if (bare === 1 && protocol === 'unknown') protocol = word;
        else if (bare >= 2 && isState(word)) state = word;
      }
      bare++;
    } else {
      const name = line.slice(from, equals);
      switch (name) {
        case 'src': {
          if (sides === 2) return problem('src', 'comes a third time');
          side = sides === 0 ? original : reply;
          sides++;
          const ip = canonicalIp(line.slice(equals + 1, to));
          if (ip === null) return problem(sides === 1 ? 'src' : 'reply src', 'is no IP address');
          side.source = ip;
          break;
        }
        case 'dst': {
          const ip = canonicalIp(line.slice(equals + 1, to));
          if (ip === null || sides === 0) return problem('dst', 'is no IP address after a src');
          side.dest = ip;
          break;
        }
        case 'sport':
        case 'dport': {
          const port = whole(line, equals + 1, to);
          if (port < 0 || port > 65_535) return problem(name, 'is no port');
          if (name === 'sport') side.sourcePort = port;
          else side.destPort = port;
          break;
        }
        case 'packets':
        case 'bytes': {
          const count = whole(line, equals + 1, to);
          if (count < 0) return problem(name, 'is no count');
          side[name] = count;
          break;
        }
        case 'id': {
          // ICMP has one of its own in each direction; the connection's follows them.
          ids++;
          if (isIcmp && ids <= 2) break;
          const number = whole(line, equals + 1, to);
          id = number >= 0 && number <= MOST_ID ? number : null;
          break;
        }
        case 'type':
          isIcmp = true;
          break;
        case 'delta-time': {
          const seconds = whole(line, equals + 1, to);
          ageMs = seconds < 0 ? null : seconds * 1000;
          break;
        }
        case 'zone':
        case 'zone-orig':
        case 'zone-reply':
          zone += line.slice(equals + 1, to) === '0' ? '' : line.slice(from, to);
          break;
        default:
      }
    }
    from = to;
  }
  if (protocol === '' || protocol.length > 16)
    return problem('(line)', 'does not begin as a line of conntrack');
  if (sides !== 2) return problem(sides === 0 ? 'src' : 'reply src', 'is missing');
  if (original.dest === '' || reply.dest === '') return problem('dst', 'is missing');
  return {
    event,
    at,
    protocol: protocolName(protocol),
    state,
    original,
    reply,
    isUnreplied,
    isAssured,
    id,
    ageMs,
    zone,
  };
}

/**
 * The kernel's number of a connection on a line that `readConntrack` takes; -1 when there is none. For lines
 * of which nothing else is wanted, as it costs a tenth.
 */
export function conntrackId(line: string): number {
  const at = line.lastIndexOf(' id=');
  if (at < 0) return -1;
  const end = line.indexOf(' ', at + 1);
  return whole(line, at + 4, end < 0 ? line.length : end);
}

function emptySide(): Side {
  return { source: '', dest: '', sourcePort: 0, destPort: 0, packets: null, bytes: null };
}

/** A number written in digits, as far as a double holds it exactly; -1 for anything else. */
function whole(line: string, from: number, to: number): number {
  if (from === to || to - from > 16) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = line.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return Number.isSafeInteger(value) ? value : -1;
}

function isSeconds(word: string): boolean {
  return /^\d{1,12}\.\d{1,9}$/.test(word);
}

function isState(word: string): boolean {
  const code = word.charCodeAt(0);
  return code >= 65 && code <= 90 && word.length <= 32;
}

function problem(field: string, reason: string): RecordProblem {
  return {
    field,
    reason,
    remedy: 'Send lines of conntrack -E -o timestamp,id,extended or of /proc/net/nf_conntrack.',
  };
}
