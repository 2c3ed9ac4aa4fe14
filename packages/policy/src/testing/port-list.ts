/** Ports of one protocol as the vectors list them: `80,443,1000-2000`. */
export interface PortRow {
  readonly protocol: string;
  readonly ports: string;
}

type Range = readonly [first: number, last: number];

function rangesOf(ports: string): readonly Range[] {
  if (ports === '') return [];
  return ports.split(',').map((part) => {
    const [first = '', last = first] = part.split('-');
    return [Number(first), Number(last)];
  });
}

export function listsPort(rows: readonly PortRow[], protocol: string, port: number): boolean {
  return rows.some(
    (row) =>
      row.protocol === protocol && rangesOf(row.ports).some(([first, last]) => port >= first && port <= last),
  );
}

/** The ports at which an answer can change: the ends of every range and their neighbours. */
export function portsToTry(rows: readonly PortRow[]): readonly number[] {
  const ports = new Set([1, 65_535]);
  for (const { ports: list } of rows) {
    for (const [first, last] of rangesOf(list))
      for (const port of [first - 1, first, last, last + 1]) ports.add(port);
  }
  return [...ports].filter((port) => port >= 1 && port <= 65_535).sort((a, b) => a - b);
}

export const TRIED_PROTOCOLS = ['TCP', 'UDP', 'SCTP'] as const;
