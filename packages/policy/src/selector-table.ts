import type { Party } from './connection.js';
import { KeptAnswers } from './kept-answers.js';
import type { Match } from './match.js';
import { matchEndpoint, matchParty } from './match-labels.js';
import { NetSet } from './nets.js';
import type { Selector } from './selector.js';

/** A selector with its place in the table that knows it. */
export interface KnownSelector {
  readonly id: number;
  readonly selector: Selector;
}

/** Every selector and list of blocks of a set of policies once, so that what one end is to it is found once too. */
export class SelectorTable {
  private readonly byText = new Map<string, KnownSelector>();

  private readonly netsByText = new Map<string, KnownNets>();

  get size(): number {
    return this.byText.size;
  }

  add(selector: Selector): KnownSelector {
    const text = JSON.stringify(selector);
    const found = this.byText.get(text) ?? { id: this.byText.size, selector };
    this.byText.set(text, found);
    return found;
  }

  nets(blocks: readonly string[]): KnownNets {
    const text = JSON.stringify(blocks);
    const found = this.netsByText.get(text) ?? { id: this.netsByText.size, set: new NetSet(blocks) };
    this.netsByText.set(text, found);
    return found;
  }
}

/** Blocks with their place in the table that knows them. */
export interface KnownNets {
  readonly id: number;
  readonly set: NetSet;
}

/** What one end of connections is to every selector asked so far. */
export class SelectorAnswers {
  private readonly asPeer: KeptAnswers;
  private readonly asEndpoint = new KeptAnswers();

  /** `selectors` is how many peers' it will be asked about, as far as is known. */
  constructor(
    readonly party: Party,
    selectors = 0,
  ) {
    this.asPeer = new KeptAnswers(selectors);
  }

  /** As the peer of a rule, which network sets can stand for. */
  peer({ id, selector }: KnownSelector): Match {
    return this.asPeer.get(id) ?? this.asPeer.keep(id, matchParty(selector, this.party));
  }

  /** True when it was asked before and the answer was no; null is no selector. */
  isKnownNo(selector: KnownSelector | null): boolean {
    return selector !== null && this.asPeer.isNo(selector.id);
  }

  /** As the endpoint that a policy governs; such selectors are numbered in a table of their own. */
  endpoint({ id, selector }: KnownSelector): Match {
    return this.asEndpoint.get(id) ?? this.asEndpoint.keep(id, matchEndpoint(selector, this.party));
  }
}
