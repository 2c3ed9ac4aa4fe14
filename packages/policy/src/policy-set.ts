import { AskedTiers } from './asked-tiers.js';
import { Compiler } from './compiler.js';
import type { Connection, Party } from './connection.js';
import type { Governing, Governor } from './governing.js';
import { type CompiledRule, compileRule } from './match-rule.js';
import { anyRule, type Direction, type Policy, type Profile, type Tier } from './policy.js';
import { PolicyIndex } from './policy-index.js';
import { sortPolicies, tiersOf } from './policy-order.js';
import type { SelectorAnswers } from './selector-table.js';
import { stagedApplied } from './staged.js';
import { type ConnectionView, PartyView, viewOf } from './view.js';

/** All policies of a cluster in the order in which they are evaluated. */
export class PolicySet {
  readonly tiers: readonly Tier[];
  readonly policies: readonly Policy[];
  private readonly tierPlaces: ReadonlyMap<string, number>;
  private readonly index: PolicyIndex;
  private readonly profiles: ReadonlyMap<string, CompiledProfile>;
  private readonly allowing: CompiledProfile;
  /** What an end is does not depend on the connection, so it is found once. */
  private readonly views = new WeakMap<Party, PartyView>();
  /** Ends that differ in their addresses alone are governed alike, and so are many others. */
  private readonly governing = new WeakMap<SelectorAnswers, Selected>();
  private readonly distinct = new Map<string, Governing>();
  private applied: PolicySet | null = null;

  /**
   * A policy that names a missing tier gets that tier, sorted last, as in Felix. Sets with most policies in common
   * share a compiler.
   */
  constructor(
    private readonly ownTiers: readonly Tier[],
    private readonly given: readonly Policy[],
    private readonly givenProfiles: readonly Profile[] = [],
    readonly compiler = new Compiler(),
  ) {
    this.tiers = tiersOf(ownTiers, given);
    this.tierPlaces = new Map(this.tiers.map(({ name }, place) => [name, place]));
    const sorted = sortPolicies(given);
    this.policies = this.tiers.flatMap(({ name }) => sorted.filter(({ tier }) => tier === name));
    // Calico drops what would delete a twin before it reaches a node, so no trace ever counts it.
    const counted = this.policies.filter(({ stagedAction }) => stagedAction !== 'delete');
    this.index = new PolicyIndex(counted.map((policy, place) => ({ ...compiler.rules(policy), place })));
    this.profiles = new Map(givenProfiles.map((profile) => [profile.name, this.compileProfile(profile)]));
    this.allowing = this.compileProfile(ALLOWING);
  }

  private compileProfile({ name, ingress, egress }: Profile): CompiledProfile {
    return {
      name,
      ingress: ingress.map((rule) => compileRule(rule, '', this.compiler.selectors)),
      egress: egress.map((rule) => compileRule(rule, '', this.compiler.selectors)),
    };
  }

  /** The connection with what is known of its ends kept for the next one. */
  view(connection: Connection): ConnectionView {
    return viewOf(connection, this.viewParty(connection.source), this.viewParty(connection.dest));
  }

  /** An end with what has been worked out of it. */
  viewParty(party: Party): PartyView {
    const known = this.views.get(party);
    if (known !== undefined) return known;
    const made = new PartyView(this.compiler.factsOf(party));
    this.views.set(party, made);
    return made;
  }

  /** The policies that govern an end in a direction. */
  governs(party: Party, direction: Direction): Governing {
    return this.governsView(this.viewParty(party), direction);
  }

  governsView(end: PartyView, direction: Direction): Governing {
    const known = end.governing[direction];
    if (known !== null) return known;
    const found = this.alike(end, direction);
    end.governing[direction] = found;
    return found;
  }

  private alike(end: PartyView, direction: Direction): Governing {
    const { answers, party } = end;
    // What stands behind the answers may be another end, whose labels are the same.
    if (answers.party.profiles !== party.profiles) return this.find(end, direction, this.selecting(end));
    let known = this.governing.get(answers);
    if (known === undefined) {
      known = { policies: this.selecting(end), ingress: null, egress: null };
      this.governing.set(answers, known);
    }
    known[direction] ??= this.find(end, direction, known.policies);
    return known[direction];
  }

  /** The policies that select an end, in order, whatever the direction. */
  private selecting({ party, answers }: PartyView): readonly SelectingPolicy[] {
    const found: SelectingPolicy[] = [];
    for (const compiled of this.index.candidates(party)) {
      const { hostOptions } = compiled.policy;
      // Such policies act on packets that normal policy never sees, and only at hosts.
      if (hostOptions?.doNotTrack || hostOptions?.preDnat) continue;
      const selects = answers.endpoint(compiled.selector);
      if (selects !== 'no') found.push({ compiled, selects });
    }
    return found;
  }

  private find(end: PartyView, direction: Direction, policies: readonly SelectingPolicy[]): Governing {
    const governors: Governor[] = [];
    let key = `${direction} ${JSON.stringify(end.party.profiles)}`;
    for (const { compiled, selects } of policies) {
      if (!compiled.policy.types.includes(direction)) continue;
      governors.push({ compiled, rules: compiled[direction], selects });
      key += `${compiled.place}${selects}`;
    }
    const found = this.distinct.get(key);
    if (found !== undefined) return found;
    const made = this.governingOf(governors, end.party.profiles, direction);
    if (this.distinct.size < MOST_DISTINCT) this.distinct.set(key, made);
    return made;
  }

  private governingOf(
    governors: readonly Governor[],
    profileNames: readonly string[],
    direction: Direction,
  ): Governing {
    const byTier: Governor[][] = this.tiers.map(() => []);
    for (const governor of governors) {
      byTier[this.tierPlaces.get(governor.compiled.policy.tier) ?? 0]?.push(governor);
    }
    const profiles = profileNames.map((name) => ({ name, rules: this.profile(name)[direction] }));
    const pending = this.tiers
      .map((tier, place) => ({ tier, policies: byTier[place] ?? [] }))
      .filter(({ policies }) => policies.length > 0);
    const hasStaged = pending.some(({ policies }) => policies.some(({ compiled }) => compiled.staged));
    const askedPending = new AskedTiers(pending);
    if (!hasStaged) {
      return { enforced: pending, pending, profiles, askedEnforced: askedPending, askedPending };
    }
    const enforced = pending
      .map(({ tier, policies }) => ({ tier, policies: policies.filter(({ compiled }) => !compiled.staged) }))
      .filter(({ policies }) => policies.length > 0);
    return { enforced, pending, profiles, askedEnforced: new AskedTiers(enforced), askedPending };
  }

  /** Policies that select an end but act in ways that are not evaluated here. */
  notModelled(party: Party, direction: Direction): readonly Policy[] {
    if (party.kind !== 'host') return [];
    const { answers } = this.viewParty(party);
    return this.index
      .candidates(party)
      .filter(({ policy, selector }) => {
        const { doNotTrack, preDnat, applyOnForward } = policy.hostOptions ?? NO_OPTIONS;
        const special = doNotTrack || preDnat || applyOnForward;
        return special && policy.types.includes(direction) && answers.endpoint(selector) !== 'no';
      })
      .map(({ policy }) => policy);
  }

  /**
   * A profile's rules. A namespace's allows everything, a service account's only lends labels, and one that
   * nobody knows has no rules.
   */
  private profile(name: string): CompiledProfile {
    const known = this.profiles.get(name);
    if (known !== undefined) return known;
    return name.startsWith('kns.') || name === DEFAULT_ALLOW ? this.allowing : NO_RULES;
  }

  /** The set as it would be were every staged policy put into force. */
  afterStaging(): PolicySet {
    this.applied ??= this.changedTo(this.ownTiers, stagedApplied(this.given));
    return this.applied;
  }

  /** A set with other tiers and policies, most of which are the same: what is known of them is shared. */
  changedTo(tiers: readonly Tier[], policies: readonly Policy[]): PolicySet {
    return new PolicySet(tiers, policies, this.givenProfiles, this.compiler);
  }
}

type SelectingPolicy = Pick<Governor, 'compiled' | 'selects'>;

/** What selects all ends that give the same answers, and what it comes to once a direction is asked. */
interface Selected extends Record<Direction, Governing | null> {
  readonly policies: readonly SelectingPolicy[];
}

interface CompiledProfile {
  readonly name: string;
  readonly ingress: readonly CompiledRule[];
  readonly egress: readonly CompiledRule[];
}

/** Of made-up names there is no end, and each may be a profile's. */
const MOST_DISTINCT = 20_000;

const NO_OPTIONS = { doNotTrack: false, preDnat: false, applyOnForward: false };

/** What Calico gives to the hosts it makes endpoints of by itself. */
const DEFAULT_ALLOW = 'projectcalico-default-allow';

const ALLOWING: Profile = { name: '', ingress: [anyRule('allow')], egress: [anyRule('allow')] };
const NO_RULES: CompiledProfile = { name: '', ingress: [], egress: [] };
