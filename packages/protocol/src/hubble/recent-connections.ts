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

/** What has to be known of a connection so that it, and each of its denied packets, counts once. */
export class RecentConnection {
  /** When it was counted, by reporter; −1 when it was not. */
  readonly #startedAt: [src: number, dst: number, fwd: number] = [-1, -1, -1];
  readonly #traces: [src: PolicyTrace, dst: PolicyTrace, fwd: PolicyTrace] = [NO_TRACE, NO_TRACE, NO_TRACE];
  /** Denied packets of which one of the two events has come. */
  #verdicts = 0;
  #drops = 0;
  #deniedAt = Number.NEGATIVE_INFINITY;

  /** True when this reporter sees the connection for the first time. `syn` begins a TCP connection. */
  begins(reporter: Reporter, at: number, syn: boolean): boolean {
    const side = REPORTERS.indexOf(reporter);
    const known = this.#startedAt[side] ?? -1;
    if (known >= 0 && !(syn && at - known > REUSED_AFTER_MS)) return false;
    this.#startedAt[side] = at;
    return true;
  }

  /** The trace at one end: what the first packet was told of holds for those that follow. */
  trace(reporter: Reporter, told: PolicyTrace): PolicyTrace {
    const side = REPORTERS.indexOf(reporter);
    if (told === NO_TRACE) return this.#traces[side] ?? NO_TRACE;
    this.#traces[side] = told;
    return told;
  }

  /** True when this is the second of the two events on one denied packet: its verdict and its drop. */
  isSecondOfPacket(isVerdict: boolean, at: number): boolean {
    if (Math.abs(at - this.#deniedAt) > ONE_PACKET_MS) {
      this.#verdicts = 0;
      this.#drops = 0;
    }
    this.#deniedAt = at;
    if (isVerdict) {
      if (this.#drops === 0) {
        this.#verdicts++;
        return false;
      }
      this.#drops--;
      return true;
    }
    if (this.#verdicts === 0) {
      this.#drops++;
      return false;
    }
    this.#verdicts--;
    return true;
  }
}

/**
 * The connections seen lately. Hubble tells of packets: at several points, again every few seconds, and twice
 * when they are denied.
 */
export class RecentConnections {
  readonly #connections = new RecentTexts<RecentConnection>(MOST_CONNECTIONS, MOST_CHARACTERS);

  /** Whether a packet of this connection was seen. */
  has(tuple: Tuple): boolean {
    return this.#connections.get(nameOf(tuple)) !== undefined;
  }

  /** What is known of a connection, which may be nothing yet. */
  of(tuple: Tuple): RecentConnection {
    const name = nameOf(tuple);
    const known = this.#connections.get(name);
    if (known !== undefined) return known;
    const connection = new RecentConnection();
    this.#connections.set(name, connection);
    return connection;
  }
}

function nameOf({ protocol, sourceIp, sourcePort, destIp, destPort }: Tuple): string {
  return `${protocol} ${sourceIp} ${sourcePort} ${destIp} ${destPort}`;
}
