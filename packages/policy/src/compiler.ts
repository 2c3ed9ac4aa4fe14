import { isStaged } from '@vibrissa/model';
import type { CompiledRules } from './compile-policy.js';
import type { Party } from './connection.js';
import { effectivePolicySelector } from './effective-selector.js';
import { compileRule } from './match-rule.js';
import type { Policy } from './policy.js';
import { SelectorAnswers, SelectorTable } from './selector-table.js';
import { PartyFacts } from './view.js';

/**
 * What is worked out of policies and of ends, each once, for all sets of policies that share it: a set with a change
 * has nearly all of it in common with the one without.
 */
export class Compiler {
  /** Of the peers of rules. */
  readonly selectors = new SelectorTable();
  private readonly policySelectors = new SelectorTable();
  private readonly compiled = new WeakMap<Policy, CompiledRules>();
  private readonly facts = new WeakMap<Party, PartyFacts>();
  private readonly answers = new WeakMap<object, SelectorAnswers[]>();

  rules(policy: Policy): CompiledRules {
    const known = this.compiled.get(policy);
    if (known !== undefined) return known;
    const { selectors } = this;
    const made: CompiledRules = {
      policy,
      staged: isStaged(policy.kind),
      selector: this.policySelectors.add(effectivePolicySelector(policy)),
      ingress: policy.ingress.map((rule) => compileRule(rule, policy.namespace, selectors)),
      egress: policy.egress.map((rule) => compileRule(rule, policy.namespace, selectors)),
    };
    this.compiled.set(policy, made);
    return made;
  }

  factsOf(party: Party): PartyFacts {
    const known = this.facts.get(party);
    if (known !== undefined) return known;
    const made = new PartyFacts(party, this.answersOf(party));
    this.facts.set(party, made);
    return made;
  }

  /** Ends that only differ in their addresses give the same answers. */
  private answersOf(party: Party): SelectorAnswers {
    const { labels, unsure, sets = [] } = party;
    // Who is in sets, and has no labels, has an address of its own.
    if (sets.length > 0 && labels === undefined) return new SelectorAnswers(party);
    const place = labels ?? (labels === null ? UNKNOWN : STRANGER);
    const known = this.answers.get(place) ?? [];
    this.answers.set(place, known);
    const found = known.find(
      ({ party: other }) =>
        other.unsure === unsure &&
        (other.sets === party.sets || (other.sets ?? []).length + sets.length === 0),
    );
    if (found !== undefined) return found;
    const made = new SelectorAnswers(party, this.selectors.size);
    if (known.length < MOST_ALIKE) known.push(made);
    return made;
  }
}

const STRANGER = {};
const UNKNOWN = {};
const MOST_ALIKE = 64;
