import type { Party } from './connection.js';
import type { Match } from './match.js';
import { matchEndpoint, matchParty } from './match-labels.js';
import { NetSet } from './nets.js';
import type { Selector } from './selector.js';

/** A selector with its place in the table that knows it. */
export interface KnownSelector {
  readonly id: number;
  readonly selector: Selector;
}

/** Every selector and list of blocks of the peers of a set of policies once, so that what one end is to it is found once too. */
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

const ANSWERS: readonly (Match | undefined)[] = [undefined, 'yes', 'no', 'maybe'];
const NO = ANSWERS.indexOf('no');

/** What one end of connections is to every selector asked so far. */
export class SelectorAnswers {
  /** 0 for what was not asked yet, else a place in `ANSWERS`: a byte each, as clusters have many ends. */
  private asPeer: Uint8Array;

  /** `selectors` is how many it will be asked about, as far as is known. */
  constructor(
    readonly party: Party,
    selectors = 0,
  ) {
    this.asPeer = new Uint8Array(selectors);
  }

  /** As the peer of a rule, which network sets can stand for. */
  peer({ id, selector }: KnownSelector): Match {
    const answer = ANSWERS[this.asPeer[id] ?? 0];
    if (answer !== undefined) return answer;
    const found = matchParty(selector, this.party);
    if (id >= this.asPeer.length) this.grow(id);
    this.asPeer[id] = ANSWERS.indexOf(found);
    return found;
  }

  private grow(id: number): void {
    const longer = new Uint8Array(Math.max(id + 1, this.asPeer.length * 2, 64));
    longer.set(this.asPeer);
    this.asPeer = longer;
  }

  /** True when it was asked before and the answer was no; null is no selector. */
  isKnownNo(selector: KnownSelector | null): boolean {
    return selector !== null && this.asPeer[selector.id] === NO;
  }

  /** As the endpoint that a policy governs. */
  endpoint(selector: Selector): Match {
    return matchEndpoint(selector, this.party);
  }
}
