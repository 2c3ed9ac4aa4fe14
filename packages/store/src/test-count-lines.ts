import type { LineReducer } from '@vibrissa/model';

export interface LineCount {
  lines: number;
  bytes: number;
  /** Packets in all steps of all curves. */
  sparked: number;
  /** Texts of the lines, when `tells` is set, sorted. */
  told: string[];
}

export interface CountOptions {
  readonly tells: boolean;
  /** Throws after so many lines. */
  readonly most?: number;
}

/** A reducer of the contract suite, begun here and in the thread of a history. */
export function begin({ tells, most }: CountOptions): LineReducer<LineCount> {
  const count: LineCount = { lines: 0, bytes: 0, sparked: 0, told: [] };
  return {
    add(lines, sparks) {
      for (const [at, { key, verdict, traffic, flows }] of lines.entries()) {
        if (count.lines === most) throw new RangeError(`more than ${most} lines`);
        count.lines++;
        count.bytes += (traffic.bytesSent ?? 0) + (traffic.bytesReceived ?? 0);
        for (const packets of sparks?.[at] ?? []) count.sparked += packets;
        const ips = flows.map(({ evidence }) => evidence.destIps.kept.map(([ip]) => ip).sort());
        if (tells) count.told.push(JSON.stringify([key, verdict, ips.sort()]));
      }
    },
    result: () => ({ ...count, told: count.told.sort() }),
  };
}
