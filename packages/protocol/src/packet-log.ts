import type { Millis } from '@vibrissa/model';
import { canonicalIp } from './ip-address.js';
import { type LoggedVerdict, readFelixPrefix } from './packet-log-prefix.js';
import { readPacketTime } from './packet-log-time.js';
import { protocolName } from './protocol-name.js';
import type { RecordProblem } from './record-problem.js';

/** One packet that a firewall rule logged. */
export interface LoggedPacket {
  /** Null when the line has no time. */
  readonly at: Millis | null;
  readonly source: string;
  readonly dest: string;
  readonly protocol: string;
  /** 0 for protocols without ports. */
  readonly sourcePort: number;
  readonly destPort: number;
  /** Of the whole IP packet; null when not told. */
  readonly bytes: number | null;
  /** Empty for packets of the node itself. */
  readonly inInterface: string;
  readonly outInterface: string;
  /** True when it can begin a connection: all but TCP without SYN, or with ACK. */
  readonly isOpening: boolean;
  /** What tells it from other packets between the same ports, such as its IP id; empty when none of that is told. */
  readonly mark: string;
  /** Null when a rule only logged it: what became of the packet is not known. */
  readonly said: LoggedVerdict | null;
}

export interface PacketLogOptions {
  /** What iptables' LOG puts before packets, as Felix's logPrefix sets it: `calico-packet`. */
  readonly prefix: string;
  /** For times without a year. */
  readonly now: Millis;
}

const MOST_LENGTH = 4_096;
const MOST_BYTES = 0xffff_ffff;
const MOST_MARK = 80;

/**
 * Reads a line of a kernel log with a packet as netfilter's LOG target and ulogd2's LOGEMU write it
 * (`… calico-packet: IN=… OUT=… SRC=… DST=… PROTO=…`). Null for a line that is none of these packets: other
 * parts of the kernel write to the same log.
 */
export function readPacketLine(line: string, options: PacketLogOptions): LoggedPacket | RecordProblem | null {
  const begins = line.startsWith('IN=') ? 0 : line.indexOf(' IN=') + 1;
  if (begins === 0 && !line.startsWith('IN=')) return null;
  const lead = line.slice(0, begins);
  const said = saidIn(lead, options.prefix);
  if (said === undefined) return null;
  if (line.length > MOST_LENGTH) return problem('(line)', `is longer than ${MOST_LENGTH} characters`);
  const fields = new Map<string, string>();
  const flags = new Set<string>();
  for (const word of line.slice(begins).split(' ')) {
    // An ICMP error quotes the packet it is about.
    if (word.startsWith('[')) break;
    const equals = word.indexOf('=');
    if (equals < 0) flags.add(word);
    // UDP has a second LEN, of its own part.
    else if (!fields.has(word.slice(0, equals))) fields.set(word.slice(0, equals), word.slice(equals + 1));
  }
  return packetOf(
    {
      at: readPacketTime(lead, options.now),
      source: fields.get('SRC'),
      dest: fields.get('DST'),
      protocol: fields.get('PROTO'),
      sourcePort: fields.get('SPT') ?? '0',
      destPort: fields.get('DPT') ?? '0',
      bytes: fields.get('LEN'),
      inInterface: fields.get('IN'),
      outInterface: fields.get('OUT'),
      isOpening: flags.has('SYN') && !flags.has('ACK'),
      marks: [fields.get('ID'), fields.get('FLOWLBL'), fields.get('SEQ')],
      said,
    },
    LINE_NAMES,
  );
}

/** What both spellings of a packet are read into, before it is checked. */
export interface RawPacket {
  readonly at: Millis | null;
  readonly source: string | undefined;
  readonly dest: string | undefined;
  readonly protocol: string | undefined;
  readonly sourcePort: string;
  readonly destPort: string;
  readonly bytes: string | undefined;
  readonly inInterface: string | undefined;
  readonly outInterface: string | undefined;
  /** Only of meaning for TCP. */
  readonly isOpening: boolean;
  readonly marks: readonly (string | undefined)[];
  readonly said: LoggedVerdict | null;
}

/** How the fields are called where they come from, for problems. */
export interface PacketFieldNames {
  readonly source: string;
  readonly dest: string;
  readonly protocol: string;
  readonly sourcePort: string;
  readonly destPort: string;
  readonly bytes: string;
}

const LINE_NAMES: PacketFieldNames = {
  source: 'SRC',
  dest: 'DST',
  protocol: 'PROTO',
  sourcePort: 'SPT',
  destPort: 'DPT',
  bytes: 'LEN',
};

/** The packet of checked fields; a problem names the first that is wrong, in the words of `names`. */
export function packetOf(raw: RawPacket, names: PacketFieldNames): LoggedPacket | RecordProblem {
  const source = canonicalIp(raw.source ?? '');
  if (source === null) return problem(names.source, 'is no IP address');
  const dest = canonicalIp(raw.dest ?? '');
  if (dest === null) return problem(names.dest, 'is no IP address');
  if (raw.protocol === undefined || !/^[\w.-]{1,16}$/.test(raw.protocol))
    return problem(names.protocol, 'is no protocol');
  const sourcePort = wholeUpTo(raw.sourcePort, 65_535);
  if (sourcePort === null) return problem(names.sourcePort, 'is no port');
  const destPort = wholeUpTo(raw.destPort, 65_535);
  if (destPort === null) return problem(names.destPort, 'is no port');
  const bytes = raw.bytes === undefined ? null : wholeUpTo(raw.bytes, MOST_BYTES);
  if (raw.bytes !== undefined && bytes === null) return problem(names.bytes, 'is no length');
  const protocol = protocolName(raw.protocol);
  return {
    at: raw.at,
    source,
    dest,
    protocol,
    sourcePort,
    destPort,
    bytes,
    inInterface: interfaceName(raw.inInterface),
    outInterface: interfaceName(raw.outInterface),
    isOpening: protocol !== 'tcp' || raw.isOpening,
    mark: raw.marks
      .filter((part) => part !== undefined)
      .join(' ')
      .slice(0, MOST_MARK),
    said: raw.said,
  };
}

/**
 * What the text before a packet says: a verdict where it ends in a prefix of Felix's, null where it ends in
 * `prefix`; undefined when it is neither, so that the packet is somebody else's.
 */
export function saidIn(lead: string, prefix: string): LoggedVerdict | null | undefined {
  const trimmed = lead.trimEnd();
  const last = trimmed.slice(trimmed.lastIndexOf(' ') + 1);
  const said = readFelixPrefix(last.endsWith(':') ? last.slice(0, -1) : last);
  if (said !== null) return said;
  return trimmed.endsWith(prefix) || trimmed.endsWith(`${prefix}:`) ? null : undefined;
}

function interfaceName(name: string | undefined): string {
  // The kernel's names have at most 15 characters.
  return name === undefined || name.length > 15 ? '' : name;
}

function wholeUpTo(text: string, most: number): number | null {
  if (!/^\d{1,10}$/.test(text)) return null;
  const value = Number(text);
  return value <= most ? value : null;
}

function problem(field: string, reason: string): RecordProblem {
  return {
    field,
    reason,
    remedy: 'Send packets as iptables -j LOG or ulogd2 (LOGEMU, JSON) writes them.',
  };
}
