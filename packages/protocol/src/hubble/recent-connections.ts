import { NO_TRACE, type PolicyTrace, REPORTERS, type Reporter } from '@vibrissa/model';
import { RecentTexts } from '../recent-texts.js';

/** Addresses and ports in the direction in which the connection was made. */
export interface Tuple {
  readonly protocol: string;
  readonly sourceIp: string;
  readonly sourcePort: number;
  readonly destIp: string;
  readonly destPort: number;
}

/** Connections remembered in each of two generations, and characters of their names: some 60 MB at most. */
const MOST_CONNECTIONS = 200_000;
const MOST_CHARACTERS = 16_000_000;

/** A SYN on a known tuple this long after the first is no repeat: the port was used again, ms. */
const REUSED_AFTER_MS = 60_000;

/** The two events on one denied packet are this close, ms; a SYN is not repeated within a second. */
const ONE_PACKET_MS = 500;

interface Connection {
  /** When it was counted, by reporter; −1 when it was not. */
  readonly startedAt: [src: number, dst: number, fwd: number];
  readonly traces: [src: PolicyTrace, dst: PolicyTrace, fwd: PolicyTrace];
  /** Denied packets of which one of the two events has come. */
  verdicts: number;
  drops: number;
  deniedAt: number;
}

/**
 * The connections seen lately. Hubble tells of packets: at several points, again every few seconds, and twice
 * when they are denied. What it takes to count each connection and each denied packet once is here.
 */
export class RecentConnections {
  readonly #connections = new RecentTexts<Connection>(MOST_CONNECTIONS, MOST_CHARACTERS);

  /** Whether a packet of this connection was seen. */
  has(tuple: Tuple): boolean {
    return this.#connections.get(nameOf(tuple)) !== undefined;
  }

  /** True when this reporter sees the connection for the first time. `syn` begins a TCP connection. */
  begins(tuple: Tuple, reporter: Reporter, at: number, syn: boolean): boolean {
    const { startedAt } = this.#connection(tuple);
    const side = REPORTERS.indexOf(reporter);
    const known = startedAt[side] ?? -1;
    if (known >= 0 && !(syn && at - known > REUSED_AFTER_MS)) return false;
    startedAt[side] = at;
    return true;
  }

  /** The trace of a connection at one end: what its first packet was told of holds for those that follow. */
  trace(tuple: Tuple, reporter: Reporter, told: PolicyTrace): PolicyTrace {
    const { traces } = this.#connection(tuple);
    const side = REPORTERS.indexOf(reporter);
    if (told === NO_TRACE) return traces[side] ?? NO_TRACE;
    traces[side] = told;
    return told;
  }

  /** True when this is the second of the two events on one denied packet: its verdict and its drop. */
  isSecondOfPacket(tuple: Tuple, isVerdict: boolean, at: number): boolean {
    const connection = this.#connection(tuple);
    if (Math.abs(at - connection.deniedAt) > ONE_PACKET_MS) {
      connection.verdicts = 0;
      connection.drops = 0;
    }
    connection.deniedAt = at;
    if (isVerdict) {
      if (connection.drops > 0) {
        connection.drops--;
        return true;
      }
      connection.verdicts++;
      return false;
    }
    if (connection.verdicts > 0) {
      connection.verdicts--;
      return true;
    }
    connection.drops++;
    return false;
  }

  #connection(tuple: Tuple): Connection {
    const name = nameOf(tuple);
    const known = this.#connections.get(name);
    if (known !== undefined) return known;
    const connection: Connection = {
      startedAt: [-1, -1, -1],
      traces: [NO_TRACE, NO_TRACE, NO_TRACE],
      verdicts: 0,
      drops: 0,
      deniedAt: Number.NEGATIVE_INFINITY,
    };
    this.#connections.set(name, connection);
    return connection;
  }
}

function nameOf({ protocol, sourceIp, sourcePort, destIp, destPort }: Tuple): string {
  return `${protocol} ${sourceIp} ${sourcePort} ${destIp} ${destPort}`;
}
