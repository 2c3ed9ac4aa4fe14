import type { Connection, Party } from './connection.js';
import type { Governing } from './governing.js';
import { familyOf, type Whereabouts, whereabouts } from './nets.js';
import type { Direction } from './policy.js';
import { protocolNumber } from './protocols.js';
import { SelectorAnswers } from './selector-table.js';

/** One end, with what has been worked out of it for a set of policies. */
export class PartyView {
  readonly where: Whereabouts;
  readonly family: 4 | 6 | null;
  readonly answers: SelectorAnswers;
  /** What governs it, once somebody has asked. */
  readonly governing: Record<Direction, Governing | null> = { ingress: null, egress: null };

  /** `selectors` is how many the policies have that it will be asked about. */
  constructor(
    readonly party: Party,
    selectors: number,
  ) {
    this.where = whereabouts(party.ip, party.within);
    this.family = familyOf(this.where);
    this.answers = new SelectorAnswers(party, selectors);
  }
}

/** A connection between two such ends. */
export interface ConnectionView {
  readonly connection: Connection;
  readonly source: PartyView;
  readonly dest: PartyView;
  readonly protocol: number;
  /** Both ends have the same; null when neither tells. */
  readonly family: 4 | 6 | null;
}

export function viewOf(connection: Connection, source: PartyView, dest: PartyView): ConnectionView {
  return {
    connection,
    source,
    dest,
    protocol: protocolNumber(connection.protocol),
    family: source.family ?? dest.family,
  };
}
