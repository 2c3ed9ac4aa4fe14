import type { PortMatch } from './policy.js';

/** The same ports in as few ranges as they need, names first, as Calico keeps them; one number stays where it is. */
export function simplifyPorts(ports: readonly PortMatch[]): readonly PortMatch[] {
  const numbers = ports.filter((port) => 'from' in port);
  const single = numbers.length === 1 && numbers[0]?.from === numbers[0]?.to;
  if (numbers.length === 0 || single) return ports;
  const merged: { from: number; to: number }[] = [];
  for (const { from, to } of [...numbers].sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to + 1) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return [...ports.filter((port) => 'name' in port), ...merged];
}
