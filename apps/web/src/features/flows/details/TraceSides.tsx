import type { Verdict } from '@vibrissa/model';
import type { SideExplanation } from '@vibrissa/policy';
import { memo, useState } from 'react';
import { Disclosure } from '../../../ui/Disclosure.js';
import { plural } from '../../../ui/format.js';
import { Section } from '../../../ui/Section.js';
import { Segmented } from '../../../ui/Segmented.js';
import { OutcomeMark } from '../../../view/OutcomeMark.js';
import type { Outcome } from '../../../view/outcome.js';
import { OUTCOME_WORDS } from './detail-words.js';
import { TierPath } from './TierPath.js';
import styles from './TraceSides.module.css';

type Shown = 'enforced' | 'pending';

const OPTIONS = [
  { value: 'enforced', label: 'Today', title: 'What the policies in force did' },
  { value: 'pending', label: 'With staged', title: 'What would happen were every staged policy enforced' },
] as const;

/** What policy did at both ends, side by side; where staged policies change it, either way of it. */
export const TraceSides = memo(function TraceSides({
  sides,
  earlier,
  first,
  linked,
}: {
  readonly sides: readonly SideExplanation[];
  /** What reports said that newer ones have replaced. */
  readonly earlier: readonly SideExplanation[];
  /** What to show before the reader has chosen. */
  readonly first: Shown;
  /** Whether the policies are known, and have pages. */
  readonly linked: boolean;
}) {
  const [chosen, setChosen] = useState<Shown | null>(null);
  if (sides.length === 0) return null;
  const differ = sides.some(({ pendingDiffers }) => pendingDiffers);
  const shown = differ ? (chosen ?? first) : 'enforced';
  return (
    <Section
      title="What policy did"
      aside={
        differ && (
          <Segmented label="Which policies count" value={shown} options={OPTIONS} onChange={setChosen} />
        )
      }
    >
      <Sides sides={sides} shown={shown} linked={linked} />
      {earlier.length > 0 && (
        <Disclosure title="Earlier in this window" note={plural(earlier.length, 'report')}>
          <Sides sides={earlier} shown="enforced" linked={linked} />
        </Disclosure>
      )}
    </Section>
  );
});

interface SidesProps {
  readonly sides: readonly SideExplanation[];
  readonly shown: Shown;
  readonly linked: boolean;
}

function Sides({ sides, shown, linked }: SidesProps) {
  return (
    <div className={styles.sides}>
      {sides.map((side, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sides are told by their place
        <Side key={index} side={side} shown={shown} linked={linked} />
      ))}
    </div>
  );
}

interface SideProps {
  readonly side: SideExplanation;
  readonly shown: Shown;
  readonly linked: boolean;
}

function Side({ side, shown, linked }: SideProps) {
  const pending = shown === 'pending' && side.pendingDiffers;
  const outcome = outcomeOfSide(pending ? side.pending : side.verdict, pending);
  return (
    <section className={styles.side} data-outcome={outcome}>
      <header className={styles.head}>
        <h4 className={styles.title}>{side.title}</h4>
        <span className={styles.verdict}>
          <OutcomeMark outcome={outcome} />
          {OUTCOME_WORDS[outcome]}
        </span>
      </header>
      <TierPath steps={pending ? side.pendingSteps : side.enforced} staged={pending} linked={linked} />
    </section>
  );
}

function outcomeOfSide(verdict: Verdict, pending: boolean): Outcome {
  if (verdict === 'deny') return pending ? 'stage' : 'deny';
  return verdict;
}
