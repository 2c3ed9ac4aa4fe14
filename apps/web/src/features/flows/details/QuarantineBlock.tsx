import type { Quarantine } from '@vibrissa/policy';
import { Eye } from 'lucide-react';
import { CodeBlock } from '../../../ui/CodeBlock.js';
import { CopyLine } from '../../../ui/CopyLine.js';
import { Disclosure } from '../../../ui/Disclosure.js';
import { Section } from '../../../ui/Section.js';
import { ApplyBar } from '../../../view/policy/ApplyBar.js';
import { Caveats } from '../../../view/policy/Caveats.js';
import { flowsAddress } from '../../../view/policy/pair-link.js';
import { useView } from '../../../view/useView.js';
import styles from './QuarantineBlock.module.css';
import { QuarantineReach, useQuarantine } from './QuarantineReach.js';

export interface QuarantineBlockProps {
  readonly namespace: string;
  /** As a person calls it: `recommendationservice`. */
  readonly workload: string;
  /** What the traces alone are enough for; the server adds what it would cut off. */
  readonly quarantine: Quarantine;
  /** In sight at once, for a destination nobody has seen before. */
  readonly open: boolean;
}

/** Cuts the workload off: the policy, what to type, and what else it stops. */
export function QuarantineBlock({ open, ...props }: QuarantineBlockProps) {
  const { title } = props.quarantine;
  if (!open) {
    return (
      <Disclosure title={title} part="quarantine" frame>
        <QuarantineBody {...props} primary={false} />
      </Disclosure>
    );
  }
  return (
    <Section tone="card" title={title}>
      <QuarantineBody {...props} primary />
    </Section>
  );
}

interface QuarantineBodyProps extends Omit<QuarantineBlockProps, 'open'> {
  readonly primary: boolean;
}

function QuarantineBody({ namespace, workload, quarantine, primary }: QuarantineBodyProps) {
  const [view] = useView();
  const query = useQuarantine(namespace, workload);
  const { data } = query;
  // The server knows the workload's labels where no report told them.
  const told = data !== undefined && data.yaml !== '' ? data : quarantine;
  const { does, yaml, commands, caveats } = told;
  const change = data?.change ?? { yaml };
  if (yaml === '') {
    return (
      <div className={styles.part}>
        <Caveats items={caveats} />
      </div>
    );
  }
  return (
    <>
      <div className={styles.intro}>
        <p>{does}</p>
        <ApplyBar title={quarantine.title} change={change} yaml={yaml} primary={primary}>
          {data !== undefined && (
            <a className={styles.watch} href={flowsAddress(view, data.watch)}>
              <Eye size={13} aria-hidden="true" />
              Watch what it tries
            </a>
          )}
        </ApplyBar>
      </div>
      <QuarantineReach query={query} />
      <CodeBlock label="Quarantine policy as YAML" code={yaml.trimEnd()} language="yaml" />
      <div className={styles.part}>
        {commands.map((command, index) => (
          <div key={command}>
            <h4 className={styles.label}>{commandTitle(index, commands.length)}</h4>
            <CopyLine label={commandTitle(index, commands.length)} text={command} />
          </div>
        ))}
        <Caveats items={caveats} />
      </div>
    </>
  );
}

/** The last command lifts what the others put into force. */
function commandTitle(index: number, count: number): string {
  if (count > 1 && index === count - 1) return 'Lift it again';
  return index === 0 ? 'Save it, then apply' : 'Put it into force';
}
