import { isStaged, type PolicyRef, type Verdict } from '@vibrissa/model';
import type { EndNames } from './gap-words.js';
import { isSame, type Naming, orderedWords } from './policy-words.js';
import type { SideSteps } from './steps.js';
import { allowWords, decidingTier, denialWords, placeWords } from './verdict-words.js';
import { missingFacts } from './why-steps.js';

/** What known policies say of a connection, today or once staged ones are in force. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Of the ends that policies govern, the source's side first. */
  readonly sides: readonly SideSteps[];
}

export interface HeadlineFacts {
  readonly observed: Verdict;
  /** The sentence that traces alone give. */
  readonly told: string;
  /** Whether reports name the same deciders as the known policies. */
  readonly agrees: boolean;
  /** The side whose report denied it; null when none did. */
  readonly deniedAt: SideSteps['direction'] | null;
  readonly names: EndNames;
  readonly today: Judgement;
  readonly staged: Judgement;
  /** Gives back a staged policy's own name where it stands in force in `staged`. */
  readonly naming: Naming;
}

/** One sentence or two on why a connection has its verdict. Never claims more than is known. */
export function headlineOf(facts: HeadlineFacts): string {
  const { observed, told, agrees, today } = facts;
  if (today.sides.length === 0) {
    return 'No policy of the cluster applies: neither end is a workload or a host of it.';
  }
  if (observed === 'unknown') {
    if (today.verdict === 'unknown') return `Cannot tell, because ${unknownWords(today)}.`;
    return `No report says what became of it. ${byPolicies(facts)}${stagingWords(facts)}`;
  }
  if (today.verdict === observed && agrees) return agreed(facts);
  return `${told} ${byPolicies(facts)}`;
}

function agreed(facts: HeadlineFacts): string {
  const { today, staged, names } = facts;
  if (today.verdict === 'allow' && staged.verdict === 'deny') return `Allowed today.${stagingWords(facts)}`;
  const sentence =
    today.verdict === 'deny'
      ? `Denied ${deniedWords(today, facts)}.`
      : `Allowed ${allowedWords(today, names, asItIs)}.`;
  return `${sentence}${stagingWords(facts)}`;
}

const asItIs: Naming = (policy) => policy;

function byPolicies(facts: HeadlineFacts): string {
  const { today, names } = facts;
  if (today.verdict === 'deny') return `The known policies deny it ${deniedWords(today, facts)}.`;
  if (today.verdict === 'allow') return `The known policies allow it ${allowedWords(today, names, asItIs)}.`;
  return `From the known policies one cannot tell, because ${unknownWords(today)}.`;
}

/** The source is asked first, unless it is known that the destination denied it. */
function denyingSide({ sides }: Judgement, deniedAt: SideSteps['direction'] | null): SideSteps | undefined {
  const denying = sides.filter(({ verdict }) => verdict === 'deny');
  return denying.find(({ direction }) => direction === deniedAt) ?? denying[0];
}

function deniedWords(judgement: Judgement, { names, deniedAt }: HeadlineFacts): string {
  const side = denyingSide(judgement, deniedAt);
  return side === undefined ? '' : `${placeWords(side, names)}: ${denialWords(side, names, asItIs)}`;
}

function allowedWords({ sides }: Judgement, names: EndNames, naming: Naming): string {
  return sides.map((side) => `${placeWords(side, names)} ${allowWords(side, naming)}`).join(', and ');
}

const MOST_FACTS = 2;

function unknownWords({ sides }: Judgement): string {
  const open = sides.filter(({ verdict }) => verdict === 'unknown');
  const facts = [...new Set(open.flatMap(missingFacts))];
  const more = facts.length - MOST_FACTS;
  if (facts.length === 0) return 'what becomes of it hangs on facts that no report tells';
  const rest = more > 0 ? [`${more} more ${more === 1 ? 'fact is' : 'facts are'} missing`] : [];
  return [...facts.slice(0, MOST_FACTS), ...rest].join('; ');
}

/** What changes once staged policies are enforced, with a blank before it; empty when nothing does. */
function stagingWords(facts: HeadlineFacts): string {
  const { today, staged, names, naming } = facts;
  if (today.verdict === staged.verdict) return '';
  if (staged.verdict === 'unknown') {
    return ` Once the staged policies are enforced, one cannot tell, because ${unknownWords(staged)}.`;
  }
  if (staged.verdict === 'allow') {
    const by = staged.sides.flatMap((side) => stagedDeciders(side, naming));
    return `${onceEnforced(by)}, it is allowed.`;
  }
  const side = denyingSide(staged, null);
  if (side === undefined) return '';
  const by = stagedDeciders(side, naming);
  const [only] = by.length === 1 ? by : [];
  const reason = denialWords(side, names, naming, only?.policy ?? null);
  return `${onceEnforced(by)}, it is denied ${placeWords(side, names)}: ${reason}.`;
}

interface StagedDecider {
  readonly policy: PolicyRef;
  readonly order: number | null;
}

/** Staged policies of the tier that decides: the one whose rule does, or all that select the end. */
function stagedDeciders(side: SideSteps, naming: Naming): readonly StagedDecider[] {
  const tier = decidingTier(side);
  if (tier === null) return [];
  const asked = tier.end === null ? tier.policies.slice(-1) : tier.policies;
  const found: StagedDecider[] = [];
  for (const { policy, order } of asked) {
    const name = naming(policy);
    if (isStaged(name.kind) && !found.some((one) => isSame(one.policy, name)))
      found.push({ policy: name, order });
  }
  return found;
}

function onceEnforced(by: readonly StagedDecider[]): string {
  const [only] = by;
  return by.length === 1 && only !== undefined
    ? ` Once ${orderedWords(only.policy, only.order)} is enforced`
    : ' Once the staged policies are enforced';
}
