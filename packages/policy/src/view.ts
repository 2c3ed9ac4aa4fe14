import type { Connection, Party } from './connection.js';
import type { Governing } from './governing.js';
import { familyOf, type Whereabouts, whereabouts } from './nets.js';
import type { Direction } from './policy.js';
import { protocolNumber } from './protocols.js';
import { SelectorAnswers } from './selector-table.js';

/** What an end is, whatever the policies. */
export class PartyFacts {
  readonly where: Whereabouts;
  readonly family: 4 | 6 | null;

  constructor(
    readonly party: Party,
    readonly answers = new SelectorAnswers(party),
  ) {
    this.where = whereabouts(party.ip, party.within);
    this.family = familyOf(this.where);
  }
}

/** One end, with what has been worked out of it for a set of policies. */
export class PartyView {
  readonly party: Party;
  readonly where: Whereabouts;
  readonly family: 4 | 6 | null;
  readonly answers: SelectorAnswers;
  /** What governs it, once somebody has asked. */
  readonly governing: Record<Direction, Governing | null> = { ingress: null, egress: null };

  constructor(facts: PartyFacts) {
    this.party = facts.party;
    this.where = facts.where;
    this.family = facts.family;
    this.answers = facts.answers;
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
