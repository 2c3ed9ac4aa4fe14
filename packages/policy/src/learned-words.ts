import type { Seen } from './learned-traffic.js';
import type { Direction, PortMatch } from './policy.js';
import { protocolText } from './protocols.js';

const MOST_NAMED_PORTS = 6;

/** `8080/TCP`, `53/UDP and TCP`, `ICMP`. */
export function portsText(
  protocols: readonly { readonly protocol: string; readonly ports: readonly PortMatch[] }[],
): string {
  const byPorts = new Map<string, string[]>();
  for (const { protocol, ports } of protocols) {
    const text = listText(ports);
    byPorts.set(text, [...(byPorts.get(text) ?? []), protocolText(protocol)]);
  }
  return [...byPorts]
    .map(([ports, names]) => (ports === '' ? names.join(' and ') : `${ports}/${names.join(' and ')}`))
    .join(', ');
}

function listText(ports: readonly PortMatch[]): string {
  const texts = ports.map((port) =>
    'name' in port ? port.name : port.from === port.to ? `${port.from}` : `${port.from}–${port.to}`,
  );
  const rest = texts.length - MOST_NAMED_PORTS;
  return rest <= 0 ? texts.join(', ') : `${texts.slice(0, MOST_NAMED_PORTS).join(', ')} and ${rest} more`;
}

/** `from frontend in shop to port 8080/TCP`, `to ledger in payments on 8443/TCP`. */
export function ruleText(direction: Direction, far: string, ports: string): string {
  if (direction === 'egress') return `to ${far} on ${ports}`;
  return /^\d/.test(ports) ? `from ${far} to port ${ports}` : `from ${far} over ${ports}`;
}

/** `3 lines, 120 connections, 1.2 MB, first seen 2026-01-02 10:00, last seen 2026-01-02 12:30 UTC, by both ends`. */
export function seenText({ lines, connections, bytes, firstSeen, lastSeen, reporters }: Seen): string {
  const told = reporters === 3 ? ', by both ends' : reporters === 0 ? '' : ', by one end';
  return [
    `${lines} ${lines === 1 ? 'line' : 'lines'}`,
    `${connections} ${connections === 1 ? 'connection' : 'connections'}`,
    bytesText(bytes),
    `first seen ${timeText(firstSeen)}`,
    `last seen ${timeText(lastSeen)} UTC${told}`,
  ].join(', ');
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

/** The last instant that a date can name, ms. */
const LAST_INSTANT = 8.64e15;

function timeText(at: number): string {
  if (!(Math.abs(at) <= LAST_INSTANT)) return 'never';
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

/** `12 minutes`, `3 hours`, `2 days`. */
export function durationText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 120) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}
