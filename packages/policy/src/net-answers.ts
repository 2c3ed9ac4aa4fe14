import { KeptAnswers } from './kept-answers.js';
import type { Match } from './match.js';
import type { NetSet, Whereabouts } from './nets.js';

/** What one end's addresses are to every list of blocks asked so far: policies repeat the same few. */
export class NetAnswers {
  private readonly known = new KeptAnswers();

  constructor(private readonly where: Whereabouts) {}

  /** `family` is that of the connection, on which the answer depends as well. */
  match(id: number, set: NetSet, family: 4 | 6 | null): Match {
    const place = id * FAMILIES + (family === null ? 0 : family === 4 ? 1 : 2);
    return this.known.get(place) ?? this.known.keep(place, set.match(this.where, family));
  }
}

const FAMILIES = 3;
