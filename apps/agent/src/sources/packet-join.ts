import { type Millis, millis } from '@vibrissa/model';
import { joinVerdicts, type LoggedPacket, type LoggedVerdict } from '@vibrissa/protocol/node';

export interface PacketJoinOptions {
  /** Packets that wait for their decision at one time. */
  readonly maxHeld: number;
  /** Hits further apart than this, by the log's times, are of different packets, ms. */
  readonly momentMs: number;
}

/** A packet that rules handed on, as long as no rule has decided. */
interface Held {
  readonly packet: LoggedPacket;
  readonly hits: [first: LoggedVerdict, ...others: LoggedVerdict[]];
  readonly at: Millis;
  /** When it was read. */
  readonly since: Millis;
}

/** Of one packet at one end; there are hardly more tiers, and a log may be hostile. */
const MOST_HITS = 32;

/**
 * Puts together what a packet that several rules logged is told of line by line: those that hand it on, or are
 * staged, are held until the one that decides. Hits at the two ends of a packet are apart, as its reports are.
 */
export class PacketJoin {
  readonly #options: PacketJoinOptions;
  /** In the order they were read. */
  readonly #held = new Map<string, Held>();

  constructor(options: PacketJoinOptions) {
    this.#options = options;
  }

  /** Packets that wait. */
  get size(): number {
    return this.#held.size;
  }

  /**
   * Takes one line's packet, read `now`. Gives the packets that are complete by it, and in `givenUp` those of
   * which no decision was seen, for want of room or because the same packet cannot have come so far twice.
   */
  take(packet: LoggedPacket, now: Millis): { readonly whole: LoggedPacket | null; givenUp: LoggedPacket[] } {
    const { said } = packet;
    if (said === null || (said.isFinal && this.#held.size === 0)) return { whole: packet, givenUp: [] };
    const at = packet.at ?? now;
    const id = idOf(packet, said);
    const givenUp: LoggedPacket[] = [];
    const held = this.#held.get(id);
    if (held !== undefined && this.#isOf(held, said, at)) {
      if (!said.isFinal) {
        held.hits.push(said);
        return { whole: null, givenUp };
      }
      this.#held.delete(id);
      return { whole: { ...packet, said: joinVerdicts(...held.hits, said) }, givenUp };
    }
    if (held !== undefined) {
      this.#held.delete(id);
      givenUp.push(undecided(held));
    }
    if (said.isFinal) return { whole: packet, givenUp };
    if (this.#held.size >= this.#options.maxHeld) givenUp.push(...this.#oldest(1));
    this.#held.set(id, { packet, hits: [said], at, since: now });
    return { whole: null, givenUp };
  }

  /** The packets that were read no later than `until` and still have no decision; they are held no longer. */
  giveUp(until: Millis = millis(Number.MAX_SAFE_INTEGER)): LoggedPacket[] {
    let count = 0;
    for (const { since } of this.#held.values()) {
      if (since > until) break;
      count++;
    }
    return this.#oldest(count);
  }

  /** A tier that passed the packet on does not see it again, and no staged rule sees it twice. */
  #isOf({ hits, at: first }: Held, said: LoggedVerdict, at: Millis): boolean {
    if (Math.abs(at - first) > this.#options.momentMs || hits.length >= MOST_HITS) return false;
    const tier = tierOf(said);
    return !hits.some((hit) => hit === said || (hit.trace.enforced.length > 0 && tierOf(hit) === tier));
  }

  #oldest(count: number): LoggedPacket[] {
    const packets: LoggedPacket[] = [];
    for (const [id, held] of this.#held) {
      if (packets.length >= count) break;
      this.#held.delete(id);
      packets.push(undecided(held));
    }
    return packets;
  }
}

function idOf(packet: LoggedPacket, { reporter }: LoggedVerdict): string {
  const { protocol, source, sourcePort, dest, destPort, bytes, mark } = packet;
  return `${reporter} ${protocol} ${source} ${sourcePort} ${dest} ${destPort} ${bytes} ${mark}`;
}

function tierOf({ trace }: LoggedVerdict): string {
  return (trace.enforced[0] ?? trace.pending[0])?.tier ?? '';
}

function undecided({ packet, hits, at }: Held): LoggedPacket {
  return { ...packet, at, said: joinVerdicts(...hits) };
}
