import type {
  ApiCondition,
  ApiMatch,
  ApiPolicyStep,
  ApiRuleStep,
  ApiSideSteps,
  ApiTierStep,
  WhyReply,
} from '@vibrissa/protocol/messages';
import { Check, CircleHelp, Info, X } from 'lucide-react';
import { memo } from 'react';
import { Disclosure } from '../../../ui/Disclosure.js';
import { plural } from '../../../ui/format.js';
import { OutcomeMark } from '../../../view/OutcomeMark.js';
import { policyHref, policyText } from '../../../view/policy/policy-name.js';
import { useView } from '../../../view/useView.js';
import { OUTCOME_WORDS } from './detail-words.js';
import styles from './RuleByRule.module.css';
import { askedPolicies, mismatches, nearestStep, TIER_OUTCOMES, toldRules } from './why-steps.js';

/**
 * What the known policies say, rule by rule at both ends. It has its place from the beginning, so that nothing moves
 * when the answer comes.
 */
export const RuleByRule = memo(function RuleByRule({ why }: { readonly why: WhyReply | null }) {
  return (
    <Disclosure title="Why, rule by rule" note={noteOf(why)} part="why" frame>
      {why === null ? (
        <p className={styles.quiet}>The known policies are being asked.</p>
      ) : (
        <Told why={why} />
      )}
    </Disclosure>
  );
});

function noteOf(why: WhyReply | null): string {
  if (why === null) return '';
  if (!why.knowsPolicies) return 'no policies known';
  if (why.disagreements.length > 0) return 'differs from what was seen';
  return `${plural(askedPolicies(why.sides), 'policy', 'policies')} asked`;
}

function Told({ why }: { readonly why: WhyReply }) {
  if (!why.knowsPolicies) {
    return (
      <p className={styles.quiet}>
        The server knows no policies, so the traces above are all there is to tell. Point it at a folder of
        policies, or at the Kubernetes API, to see each rule.
      </p>
    );
  }
  return (
    <div className={styles.told}>
      {why.disagreements.length > 0 && (
        <div className={styles.notice} role="note">
          <Info size={14} aria-hidden="true" className={styles.noticeIcon} />
          <div>
            <p className={styles.noticeTitle}>What was seen and what these policies say differ</p>
            {why.disagreements.map((sentence) => (
              <p key={sentence}>{sentence}</p>
            ))}
          </div>
        </div>
      )}
      {why.sides.map((side) => (
        <Side key={`${side.direction} ${side.title}`} side={side} />
      ))}
      {why.notes.map((note) => (
        <p key={note} className={styles.quiet}>
          {note}
        </p>
      ))}
    </div>
  );
}

function Side({ side }: { readonly side: ApiSideSteps }) {
  const { title, verdict, tiers, profile, cannotTell, notModelled } = side;
  const nearest = nearestStep(side);
  return (
    <section className={styles.side} data-outcome={verdict}>
      <header className={styles.head}>
        <h4>{title}</h4>
        <span className={styles.verdict}>
          <OutcomeMark outcome={verdict} />
          {OUTCOME_WORDS[verdict]}
        </span>
      </header>
      <ol className={styles.tiers}>
        {tiers.map((tier) => (
          <Tier key={tier.tier} tier={tier} nearest={nearest?.rule ?? null} />
        ))}
        {profile !== null && <li className={styles.profile}>{sentence(profile)}</li>}
        {tiers.length === 0 && profile === null && <li className={styles.quiet}>No policy acts here.</li>}
      </ol>
      <Facts title="Cannot tell" facts={cannotTell} />
      <Facts title="Not evaluated" facts={notModelled} />
    </section>
  );
}

function Tier({ tier, nearest }: { readonly tier: ApiTierStep; readonly nearest: ApiRuleStep | null }) {
  const { tier: name, outcome, policies, end } = tier;
  return (
    <li className={styles.tier} data-outcome={outcome}>
      <p className={styles.tierName}>
        {name} <span className={styles.outcome}>{TIER_OUTCOMES[outcome]}</span>
      </p>
      {policies.map((policy) => (
        <Policy key={`${policy.policy.kind} ${policyText(policy.policy)}`} step={policy} nearest={nearest} />
      ))}
      {end !== null && <p className={styles.end}>{sentence(end)}</p>}
    </li>
  );
}

function Policy({ step, nearest }: { readonly step: ApiPolicyStep; readonly nearest: ApiRuleStep | null }) {
  const [view] = useView();
  const { policy, order, selects, rules } = step;
  const { told, left } = toldRules(rules, nearest);
  return (
    <div className={styles.policy}>
      <p className={styles.policyName}>
        <a href={policyHref({ ...view, filter: '', disabled: [] }, policy)}>{policyText(policy)}</a>
        {order !== null && <span className={styles.order}>order {order}</span>}
        {selects === 'maybe' && <span className={styles.order}>may select it</span>}
      </p>
      {rules.length === 0 && <p className={styles.quiet}>It has no rules for this direction.</p>}
      <ol className={styles.rules}>
        {told.map((rule) => (
          <Rule key={rule.index} rule={rule} isNearest={rule === nearest} />
        ))}
      </ol>
      {left.length > 0 && (
        <p className={styles.quiet}>and {plural(left.length, 'other rule')}, none of which matches</p>
      )}
    </div>
  );
}

function Rule({ rule, isNearest }: { readonly rule: ApiRuleStep; readonly isNearest: boolean }) {
  const { match, written, text, conditions } = rule;
  const shown = isNearest
    ? conditions
    : match === 'yes'
      ? []
      : conditions.filter((one) => one.match !== 'yes');
  const isFar = !isNearest && mismatches(rule).length > 0;
  return (
    <li className={styles.rule} data-match={match} data-nearest={isNearest || undefined}>
      <p className={styles.ruleText}>
        <MatchMark match={match} />
        <span>
          <span className={styles.number}>Rule {written + 1}</span> {text}
          {isNearest && <span className={styles.nearest}>nearest</span>}
        </span>
      </p>
      {shown.length > 0 && (
        <ul className={styles.conditions} data-far={isFar || undefined}>
          {shown.map((condition) => (
            <Condition key={`${condition.wants} ${condition.has}`} condition={condition} />
          ))}
        </ul>
      )}
    </li>
  );
}

function Condition({ condition: { match, wants, has } }: { readonly condition: ApiCondition }) {
  return (
    <li className={styles.condition} data-match={match}>
      <MatchMark match={match} />
      <span>
        wants <b>{wants}</b>
        {match !== 'yes' && has !== '' && (
          <>
            , the flow has <b className={styles.has}>{has}</b>
          </>
        )}
      </span>
    </li>
  );
}

const MATCH_WORDS: Readonly<Record<ApiMatch, string>> = {
  yes: 'matches',
  no: 'does not match',
  maybe: 'cannot tell',
};
const MATCH_ICONS = { yes: Check, no: X, maybe: CircleHelp } as const;

function MatchMark({ match }: { readonly match: ApiMatch }) {
  const Icon = MATCH_ICONS[match];
  return (
    <span className={styles.mark} data-match={match}>
      <Icon size={12} aria-hidden="true" />
      <span className="visually-hidden">{MATCH_WORDS[match]}: </span>
    </span>
  );
}

function Facts({ title, facts }: { readonly title: string; readonly facts: readonly string[] }) {
  if (facts.length === 0) return null;
  return (
    <div className={styles.facts}>
      <h5>{title}</h5>
      <ul>
        {facts.map((fact) => (
          <li key={fact}>{sentence(fact)}</li>
        ))}
      </ul>
    </div>
  );
}

/** Words of the engine are parts of sentences; here they stand alone. */
function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
