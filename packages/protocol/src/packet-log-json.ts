import { type Millis, millis } from '@vibrissa/model';
import {
  type LoggedPacket,
  type PacketFieldNames,
  type PacketLogOptions,
  packetOf,
  readPacketLine,
  saidIn,
} from './packet-log.js';
import { readPacketTime } from './packet-log-time.js';
import type { RecordProblem } from './record-problem.js';

type Fields = Readonly<Record<string, unknown>>;

const MOST_LENGTH = 65_536;
/** The kernel's record: priority and facility, number, µs since boot, flags; then the text. */
const KMSG = /^\d{1,10},\d{1,20},(\d{1,18}),[^;]{0,64};/;
/** What ulogd2 tells of a packet that others between the same ports hardly have too. */
const MARKS = [
  'ip.id',
  'ip6.flowlabel',
  'tcp.seq',
  'tcp.csum',
  'udp.csum',
  'icmp.echoid',
  'icmp.echoseq',
  'icmpv6.echoid',
  'icmpv6.echoseq',
];
const UDP = 17;
const IPV6_HEADER = 40;

/** How a line of a packet log came, as `readLoggedPacket` tells it by its first characters. */
export interface AnyPacketLogOptions extends PacketLogOptions {
  /** When the machine started, for /dev/kmsg; null elsewhere. */
  readonly bootedAt: Millis | null;
}

/**
 * Reads a line of a packet log in any of its forms: a kernel log's, `journalctl -o json`, a record of /dev/kmsg,
 * or ulogd2's JSON of NFLOG packets. Null for a line that is no packet of ours.
 */
export function readLoggedPacket(
  line: string,
  options: AnyPacketLogOptions,
): LoggedPacket | RecordProblem | null {
  if (line.startsWith('{')) return readJson(line, options);
  const kernel = KMSG.exec(line);
  if (kernel === null) return readPacketLine(line, options);
  const packet = readPacketLine(line.slice(kernel[0].length), options);
  if (packet === null || 'remedy' in packet || options.bootedAt === null) return packet;
  return { ...packet, at: millis(options.bootedAt + Math.floor(Number(kernel[1]) / 1000)) };
}

function readJson(line: string, options: PacketLogOptions): LoggedPacket | RecordProblem | null {
  if (line.length > MOST_LENGTH) return problem('(line)', `is longer than ${MOST_LENGTH} characters`);
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return problem('(line)', 'is not JSON');
  }
  if (typeof value !== 'object' || value === null) return problem('(line)', 'is no JSON object');
  const fields: Fields = { ...value };
  return 'MESSAGE' in fields ? readJournal(fields, options) : readUlogd(fields, options);
}

/** An entry of the journal (systemd.journal-fields); its message is a packet's line, and its time is in µs. */
function readJournal(fields: Fields, options: PacketLogOptions): LoggedPacket | RecordProblem | null {
  const { MESSAGE: message } = fields;
  // What is no UTF-8 comes as a list of bytes, and is no packet.
  if (typeof message !== 'string') return null;
  const packet = readPacketLine(message, options);
  if (packet === null || 'remedy' in packet) return packet;
  const micros = Number(fields.__REALTIME_TIMESTAMP);
  return Number.isSafeInteger(micros) && micros >= 0
    ? { ...packet, at: millis(Math.floor(micros / 1000)) }
    : packet;
}

const ULOGD_NAMES: PacketFieldNames = {
  source: 'src_ip',
  dest: 'dest_ip',
  protocol: 'ip.protocol',
  sourcePort: 'src_port',
  destPort: 'dest_port',
  bytes: 'raw.pktlen',
};

/** A packet of ulogd2's JSON output (names from its input and interpreter plug-ins). */
function readUlogd(fields: Fields, options: PacketLogOptions): LoggedPacket | RecordProblem | null {
  const prefix = text(fields['oob.prefix']);
  if (prefix === undefined) return null;
  const said = saidIn(prefix, options.prefix);
  if (said === undefined) return null;
  const protocol = text(fields['ip.protocol'] ?? fields['ip6.nexthdr']);
  const over = protocol === String(UDP) ? 'udp' : 'tcp';
  const payload = fields['ip6.payloadlen'];
  return packetOf(
    {
      at: timeOf(fields, options.now),
      source: text(fields.src_ip ?? fields['ip.saddr.str']),
      dest: text(fields.dest_ip ?? fields['ip.daddr.str']),
      protocol,
      sourcePort: text(fields.src_port ?? fields[`${over}.sport`]) ?? '0',
      destPort: text(fields.dest_port ?? fields[`${over}.dport`]) ?? '0',
      bytes: text(
        fields['ip.totlen'] ??
          (typeof payload === 'number' ? payload + IPV6_HEADER : undefined) ??
          fields['raw.pktlen'],
      ),
      inInterface: text(fields['oob.in']),
      outInterface: text(fields['oob.out']),
      isOpening: Number(fields['tcp.syn']) === 1 && Number(fields['tcp.ack']) !== 1,
      marks: MARKS.map((name) => text(fields[name])),
      said,
    },
    ULOGD_NAMES,
  );
}

function timeOf(fields: Fields, now: Millis): Millis | null {
  const seconds = fields['oob.time.sec'];
  const micros = fields['oob.time.usec'];
  if (
    typeof seconds === 'number' &&
    Number.isInteger(seconds) &&
    seconds >= 0 &&
    seconds < 8_640_000_000_000
  ) {
    const rest = typeof micros === 'number' && micros >= 0 && micros < 1_000_000 ? micros : 0;
    return millis(seconds * 1000 + Math.floor(rest / 1000));
  }
  const told = text(fields.timestamp);
  return told === undefined ? null : readPacketTime(told, now);
}

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

function problem(field: string, reason: string): RecordProblem {
  return { field, reason, remedy: 'Send one JSON object a line, as ulogd2 or journalctl -o json writes it.' };
}
