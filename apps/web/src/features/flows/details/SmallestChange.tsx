import type { Suggestion } from '@vibrissa/policy';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { CodeBlock } from '../../../ui/CodeBlock.js';
import { CopyButton } from '../../../ui/CopyButton.js';
import { IconButton } from '../../../ui/IconButton.js';
import { Section } from '../../../ui/Section.js';
import { Caveats } from '../../../view/policy/Caveats.js';
import styles from './SmallestChange.module.css';

const HEADING: Readonly<Record<Suggestion['answers'], string>> = {
  denied: 'Smallest change that allows it',
  'would-be-denied': 'Smallest change that keeps it allowed',
};

/** The policy that would let it through, one of as many as sides deny it. */
export function SmallestChange({ suggestions }: { readonly suggestions: readonly Suggestion[] }) {
  const [chosen, setChosen] = useState(0);
  const count = suggestions.length;
  const index = Math.min(chosen, count - 1);
  const suggestion = suggestions[index];
  if (suggestion === undefined) return null;
  const { title, answers, yaml, caveats } = suggestion;
  return (
    <Section
      tone="card"
      title={HEADING[answers]}
      aside={
        count > 1 && (
          <>
            <span>
              {index + 1} of {count}
            </span>
            <IconButton label="Previous change" disabled={index === 0} onClick={() => setChosen(index - 1)}>
              <ChevronLeft size={14} aria-hidden="true" />
            </IconButton>
            <IconButton
              label="Next change"
              disabled={index === count - 1}
              onClick={() => setChosen(index + 1)}
            >
              <ChevronRight size={14} aria-hidden="true" />
            </IconButton>
          </>
        )
      }
    >
      {title !== '' && <p className={styles.title}>{title}</p>}
      {count > 1 && <p className={styles.both}>Both ends refuse it: it takes every one of these.</p>}
      {yaml !== '' && <CodeBlock label="Policy as YAML" code={yaml.trimEnd()} language="yaml" />}
      <footer className={styles.foot}>
        <Caveats items={caveats} />
        {yaml !== '' && <CopyButton label="Copy YAML" text={yaml} />}
      </footer>
    </Section>
  );
}
