import { isStaged } from '@vibrissa/model';
import { effectivePolicySelector } from './effective-selector.js';
import type { Finding } from './finding.js';
import { nameOf, policyText, ruleText, writtenIndex } from './lint-words.js';
import { DIRECTIONS, type Direction, type Policy, type Rule } from './policy.js';
import { isSamePolicy } from './policy-edit.js';
import { ruleCovers } from './rule-covers.js';
import type { Selector } from './selector.js';
import { selectorImplies } from './selector-implies.js';
import { enforcedTwin } from './staged.js';

/** A rule that is asked before another. */
interface Earlier {
  readonly policy: Policy;
  readonly rule: Rule;
  readonly written: number;
}

/** A policy whose rules may be in the way of later ones. */
interface EarlierPolicy {
  readonly policy: Policy;
  readonly selector: Selector;
  readonly rules: readonly Earlier[];
}

/** Comparing each with each takes time that nobody has for more policies than a tier is likely to have. */
const MOST_COMPARED = 1_000;

/** The policies of one tier in the order they are asked: rules that are never reached, with what is in their way. */
export function lintRules(tier: readonly Policy[]): readonly Finding[] {
  return DIRECTIONS.flatMap((direction) => lintDirection(tier, direction));
}

function lintDirection(tier: readonly Policy[], direction: Direction): readonly Finding[] {
  /** By namespace, as policies of others never select the same endpoint. */
  const earlier = new Map<string, EarlierPolicy[]>();
  const findings: Finding[] = [];
  for (const policy of tier) {
    if (!policy.types.includes(direction) || policy.stagedAction === 'delete') continue;
    const selector = effectivePolicySelector(policy);
    const places = policy.namespace === '' ? [''] : ['', policy.namespace];
    const twin = enforcedTwin(policy);
    const before = places
      .flatMap((namespace) => earlier.get(namespace) ?? [])
      // What is staged is not asked before what is in force, and takes its twin's place.
      .filter((one) => isStaged(policy.kind) || !isStaged(one.policy.kind))
      .filter((one) => !isSamePolicy(one.policy, twin) && selectorImplies(selector, one.selector))
      .flatMap(({ rules }) => rules);
    const { findings: found, rules } = lintPolicy(policy, direction, before);
    findings.push(...found);
    const known = earlier.get(policy.namespace) ?? [];
    earlier.set(policy.namespace, known);
    if (rules.length > 0 && known.length < MOST_COMPARED) known.push({ policy, selector, rules });
  }
  return findings;
}

function lintPolicy(
  policy: Policy,
  direction: Direction,
  before: readonly Earlier[],
): { readonly findings: readonly Finding[]; readonly rules: readonly Earlier[] } {
  const own: Earlier[] = [];
  /** Each written rule with what is in the way of its parts; null for one that is reached. */
  const blocked = new Map<number, { rule: Rule; by: Earlier } | null>();
  for (const [index, rule] of policy[direction].entries()) {
    const written = writtenIndex(policy, direction, index);
    const placed = { rule, namespace: policy.namespace };
    const covers = (one: Earlier) =>
      // Parts of one written rule may overlap: that is how it was split.
      (one.policy !== policy || one.written !== written) &&
      ruleCovers({ rule: one.rule, namespace: one.policy.namespace }, placed);
    const by = own.find(covers) ?? before.find(covers);
    const known = blocked.get(written);
    if (by === undefined) blocked.set(written, null);
    else if (known === undefined) blocked.set(written, { rule, by });
    if (rule.action !== 'log') own.push({ policy, rule, written });
  }
  const findings = [...blocked].flatMap(([written, found]) =>
    found === null ? [] : [finding(policy, direction, written, found.rule, found.by)],
  );
  return { findings, rules: own };
}

const DOES: Readonly<Record<Rule['action'], string>> = {
  allow: 'allows',
  deny: 'denies',
  pass: 'passes on',
  log: 'logs',
};

function finding(policy: Policy, direction: Direction, index: number, rule: Rule, by: Earlier): Finding {
  const where = ruleText(direction, index);
  const other = ruleText(direction, by.written).toLowerCase();
  const isOwn = by.policy === policy;
  const blocker = isOwn ? other : `${other} of ${policyText(by.policy)}`;
  const base = { policy: nameOf(policy), rule: { direction, index } };
  const why = `${where} is never reached: ${blocker} ${DOES[by.rule.action]} all that it would match.`;
  if (rule.action === 'log') {
    const isDenied = by.rule.action === 'deny';
    return {
      ...base,
      code: isDenied ? 'log-after-deny' : isOwn ? 'unreachable-rule' : 'shadowed-rule',
      severity: 'warning',
      message: isDenied ? `${where} logs nothing: ${blocker} denies before all that it would log.` : why,
      remedy: `Put it before ${blocker}.`,
    };
  }
  const isSame = rule.action === by.rule.action;
  return {
    ...base,
    code: isOwn ? 'unreachable-rule' : 'shadowed-rule',
    severity: isSame ? 'hint' : 'warning',
    message: why,
    remedy: isSame
      ? `Remove it: ${blocker} does the same already.`
      : `Put it before ${blocker}, narrow that one, or remove this one.`,
  };
}
