import type { Suggestion } from '@vibrissa/policy';
import type { ConnectionQuestion, FixesReply, WhyReply } from '@vibrissa/protocol/messages';
import { fixesQuery } from '../../../api/policy-queries.js';
import { useLongQuery } from '../../../api/useLongQuery.js';
import { Button } from '../../../ui/Button.js';
import { plural } from '../../../ui/format.js';
import { Section } from '../../../ui/Section.js';
import { useLasting } from '../../../ui/useLasting.js';
import styles from './FixBlock.module.css';
import { FixItem } from './FixItem.js';
import { SmallestChange } from './SmallestChange.js';
import { useShownWindow } from './shown-window.js';

export interface FixBlockProps {
  readonly question: ConnectionQuestion;
  /** Denied, or would be once staged policies are in force. */
  readonly answers: Suggestion['answers'];
  /** Null while it is not known what the known policies say. */
  readonly why: WhyReply | null;
  /** What the traces alone suggest, where no policies are known. */
  readonly suggestions: readonly Suggestion[];
}

const HEADING: Readonly<Record<Suggestion['answers'], string>> = {
  denied: 'Fix: allow it',
  'would-be-denied': 'Fix: keep it allowed',
};

/** ms for which the changes stay as they are read: they must not move under the eyes of who weighs them. */
const KEPT = 120_000;

/** ms after which what the traces suggest is worth more than an empty place. */
const PATIENCE = 1_500;

/** The changes to policies that would let a connection through, the one that allows least else first. */
export function FixBlock({ question, answers, why, suggestions }: FixBlockProps) {
  const { bounds } = useShownWindow();
  const knows = why?.knowsPolicies ?? true;
  const query = useLongQuery({ ...fixesQuery(question, bounds), enabled: knows, staleTime: KEPT });
  const { data, error, progress } = query;
  const slow = useLasting(knows && data === undefined && error === null, PATIENCE);

  if (data !== undefined && data.fixes.length > 0) {
    return <Fixes reply={data} answers={answers} />;
  }
  const notes = data?.notes ?? [];
  if (!knows || error !== null || data !== undefined || slow) {
    const told =
      slow && data === undefined ? [`Weighing changes to the known policies${percent(progress)}`] : notes;
    return (
      <>
        <SmallestChange suggestions={suggestions} />
        {told.map((note) => (
          <p key={note} className={styles.note}>
            {note}
          </p>
        ))}
        {error !== null && knows && (
          <p className={styles.note}>
            Changes to the known policies could not be weighed: {error.message}{' '}
            <Button kind="quiet" onClick={query.again}>
              Try again
            </Button>
          </p>
        )}
      </>
    );
  }
  return (
    <Section tone="card" title={HEADING[answers]}>
      <div className={styles.coming} role="status" aria-label="Weighing changes">
        <div />
        <div />
        <div />
      </div>
    </Section>
  );
}

function percent(progress: number | null): string {
  return progress === null ? '…' : `, ${Math.floor(progress * 100)} %`;
}

function Fixes({
  reply: { fixes, notes, lines },
  answers,
}: {
  readonly reply: FixesReply;
  readonly answers: Suggestion['answers'];
}) {
  return (
    <Section tone="card" title={HEADING[answers]} aside={`tried on ${plural(lines, 'connection')}`}>
      <ol className={styles.fixes} aria-label="Changes, the least first">
        {fixes.map((fix, index) => (
          <li key={fix.title}>
            <FixItem fix={fix} answers={answers} initiallyOpen={index === 0} />
          </li>
        ))}
      </ol>
      {notes.map((note) => (
        <p key={note} className={styles.footNote}>
          {note}
        </p>
      ))}
    </Section>
  );
}
