import type { Connection, Party } from './connection.js';
import { familyOf, type Whereabouts, whereabouts } from './nets.js';
import { protocolNumber } from './protocols.js';
import { SelectorAnswers } from './selector-table.js';

/** One end, with what has been worked out of it for a set of policies. */
export class PartyView {
  readonly where: Whereabouts;
  readonly family: 4 | 6 | null;
  readonly answers: SelectorAnswers;

  constructor(readonly party: Party) {
    this.where = whereabouts(party.ip, party.within);
    this.family = familyOf(this.where);
    this.answers = new SelectorAnswers(party);
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
