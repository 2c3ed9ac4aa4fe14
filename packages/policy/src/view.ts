import type { Connection, Party } from './connection.js';
import type { Governing } from './governing.js';
import { NetAnswers } from './net-answers.js';
import { familyOf, type Whereabouts, whereabouts } from './nets.js';
import type { Direction } from './policy.js';
import { protocolNumber } from './protocols.js';
import { SelectorAnswers } from './selector-table.js';

/** What an end is, whatever the policies. */
export class PartyFacts {
  readonly where: Whereabouts;
  readonly family: 4 | 6 | null;
  readonly nets: NetAnswers;

  constructor(
    readonly party: Party,
    readonly answers = new SelectorAnswers(party),
  ) {
    this.where = whereabouts(party.ip, party.within);
    this.family = familyOf(this.where);
    this.nets = new NetAnswers(this.where);
  }
}

/** One end, with what has been worked out of it for a set of policies. */
export class PartyView {
  readonly party: Party;
  readonly nets: NetAnswers;
  readonly family: 4 | 6 | null;
  readonly answers: SelectorAnswers;
  private made: readonly PartyView[] | null = null;
  /** What governs it, once somebody has asked. */
  readonly governing: Record<Direction, Governing | null> = { ingress: null, egress: null };

  constructor(facts: PartyFacts) {
    this.party = facts.party;
    this.nets = facts.nets;
    this.family = facts.family;
    this.answers = facts.answers;
  }

  /** The end with each of the few addresses that it may have; empty where there is one, or too many. */
  get each(): readonly PartyView[] {
    this.made ??= (this.party.each ?? []).map((party) => new PartyView(new PartyFacts(party)));
    return this.made;
  }
}

/** A connection between two such ends. */
export interface ConnectionView {
  readonly connection: Connection;
  readonly source: PartyView;
  readonly dest: PartyView;
  readonly protocol: number;
  /** Both ends have the same; null when neither tells, or what they tell cannot be. */
  readonly family: 4 | 6 | null;
}

export function viewOf(connection: Connection, source: PartyView, dest: PartyView): ConnectionView {
  return {
    connection,
    source,
    dest,
    protocol: protocolNumber(connection.protocol),
    family: familyOfBoth(source.family, dest.family),
  };
}

/**
 * Ends of different families do not talk to each other: one of them has an address that is not known, such as the
 * other one of a pod with two.
 */
function familyOfBoth(source: 4 | 6 | null, dest: 4 | 6 | null): 4 | 6 | null {
  if (source === null || source === dest) return dest;
  return dest === null ? source : null;
}
