import { type Endpoint, endpointText, workloadOf } from '@vibrissa/model';

/** An end as a person calls it: `shop/frontend`, `203.0.113.7`. */
export function endText(end: Endpoint): string {
  return endpointText(end.address === '' ? { ...end, name: workloadOf(end) } : end);
}

/** `tcp/8443`, `icmp`, `-` when nothing is known. */
export function portText(protocol: string, port: number): string {
  if (port === 0) return protocol === '' ? '-' : protocol;
  return `${protocol === '' ? 'port' : protocol}/${port}`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

export function bytesText(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 1000 && unit < UNITS.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${unit === 0 ? amount : amount.toFixed(amount < 10 ? 1 : 0)} ${UNITS[unit]}`;
}

/** A moment as ISO 8601 has it, to the second. */
export function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
