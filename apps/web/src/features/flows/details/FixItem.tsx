import type { Suggestion } from '@vibrissa/policy';
import type { ApiFix } from '@vibrissa/protocol/messages';
import { ChevronRight, CircleCheck } from 'lucide-react';
import { useState } from 'react';
import { useLiveStore } from '../../../live/useLiveFlows.js';
import { CodeBlock } from '../../../ui/CodeBlock.js';
import { CopyLine } from '../../../ui/CopyLine.js';
import { Segmented } from '../../../ui/Segmented.js';
import { ApplyBar } from '../../../view/policy/ApplyBar.js';
import { Caveats } from '../../../view/policy/Caveats.js';
import { ChangeTable } from '../../../view/policy/ChangeTable.js';
import { changedLines } from '../../../view/policy/change-words.js';
import { DiffBlock } from '../../../view/policy/DiffBlock.js';
import styles from './FixItem.module.css';
import { FIX_KINDS, reachOf } from './fix-words.js';

const SHOWN = [
  { value: 'diff', label: 'Diff', title: 'What changes' },
  { value: 'yaml', label: 'YAML', title: 'All of it, for kubectl apply' },
] as const;

export interface FixItemProps {
  readonly fix: ApiFix;
  readonly answers: Suggestion['answers'];
  readonly initiallyOpen: boolean;
}

/** One change: what it is and what else it would do in two lines, and all of it once opened. */
export function FixItem({ fix, answers, initiallyOpen }: FixItemProps) {
  const [open, setOpen] = useState(initiallyOpen);
  const { text, tone } = reachOf(fix, answers);
  return (
    <details
      className={styles.fix}
      open={open}
      data-part="fix"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary className={styles.summary}>
        <ChevronRight size={14} className={styles.chevron} aria-hidden="true" />
        <span className={styles.what}>
          <span className={styles.title}>{fix.title}</span>
          <span className={styles.facts}>
            <span>{FIX_KINDS[fix.kind]}</span>
            <span className={styles.reach} data-tone={tone}>
              {tone === 'nothing' && <CircleCheck size={12} aria-hidden="true" />}
              {text}
            </span>
          </span>
        </span>
      </summary>
      {open && <FixBody fix={fix} />}
    </details>
  );
}

function FixBody({ fix }: { readonly fix: ApiFix }) {
  const store = useLiveStore();
  const [chosen, setChosen] = useState<'diff' | 'yaml'>('diff');
  const { title, yaml, diff, command, caveats, allows, others, examples, change } = fix;
  const shown = yaml === '' ? 'diff' : diff === '' ? 'yaml' : chosen;
  const told =
    allows === 'maybe' ? ['It may not be enough: not all that decides is known.', ...caveats] : caveats;
  return (
    <div className={styles.body}>
      {yaml !== '' && diff !== '' && (
        <div className={styles.choice}>
          <Segmented label="Show the change as" value={shown} options={SHOWN} onChange={setChosen} />
        </div>
      )}
      {shown === 'diff' && diff !== '' && <DiffBlock label="Change as diff" diff={diff} />}
      {shown === 'yaml' && yaml !== '' && (
        <CodeBlock label="Policy as YAML" code={yaml.trimEnd()} language="yaml" />
      )}
      {command !== null && (
        <div className={styles.command}>
          <CopyLine label="Command that makes the change" text={command} />
        </div>
      )}
      {examples.length > 0 && (
        <div className={styles.others}>
          <h4 className={styles.label}>Else it would change</h4>
          <ChangeTable
            label="Other connections it would change"
            changes={examples}
            total={changedLines(others)}
            now={store.clock.now()}
          />
        </div>
      )}
      <footer className={styles.foot}>
        <Caveats items={told} />
        <ApplyBar title={title} change={change} yaml={yaml} command={command} />
      </footer>
    </div>
  );
}
