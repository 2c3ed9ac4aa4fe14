import type { Match } from './match.js';
import type { NetSet, Whereabouts } from './nets.js';

const ANSWERS: readonly (Match | undefined)[] = [undefined, 'yes', 'no', 'maybe'];

/** What one end's addresses are to every list of blocks asked so far: policies repeat the same few. */
export class NetAnswers {
  private known = new Uint8Array(0);

  constructor(private readonly where: Whereabouts) {}

  /** `family` is that of the connection, on which the answer depends as well. */
  match(id: number, set: NetSet, family: 4 | 6 | null): Match {
    const place = id * FAMILIES + (family === null ? 0 : family === 4 ? 1 : 2);
    const answer = ANSWERS[this.known[place] ?? 0];
    if (answer !== undefined) return answer;
    const found = set.match(this.where, family);
    if (place >= this.known.length) {
      const longer = new Uint8Array(Math.max(place + 1, this.known.length * 2));
      longer.set(this.known);
      this.known = longer;
    }
    this.known[place] = ANSWERS.indexOf(found);
    return found;
  }
}

const FAMILIES = 3;
