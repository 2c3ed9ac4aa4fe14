import type { Quarantine } from '@vibrissa/policy';
import { CodeBlock } from '../../../ui/CodeBlock.js';
import { CopyButton } from '../../../ui/CopyButton.js';
import { CopyLine } from '../../../ui/CopyLine.js';
import { Disclosure } from '../../../ui/Disclosure.js';
import { Section } from '../../../ui/Section.js';
import { Caveats } from '../../../view/policy/Caveats.js';
import styles from './QuarantineBlock.module.css';

export interface QuarantineBlockProps {
  readonly quarantine: Quarantine;
  /** In sight at once, for a destination nobody has seen before. */
  readonly open: boolean;
}

/** Cuts the workload off: the policy, what to type, and what else it stops. */
export function QuarantineBlock({ quarantine, open }: QuarantineBlockProps) {
  const body = <QuarantineBody quarantine={quarantine} />;
  if (!open) {
    return (
      <Disclosure title={quarantine.title} frame>
        {body}
      </Disclosure>
    );
  }
  return (
    <Section tone="card" title={quarantine.title}>
      {body}
    </Section>
  );
}

function QuarantineBody({
  quarantine: { does, yaml, commands, caveats },
}: {
  readonly quarantine: Quarantine;
}) {
  if (yaml === '') {
    return (
      <div className={styles.part}>
        <Caveats items={caveats} />
      </div>
    );
  }
  const [apply, lift] = commands;
  return (
    <>
      <div className={styles.intro}>
        <p>{does}</p>
        <CopyButton kind="primary" label="Copy policy" text={yaml} />
      </div>
      <CodeBlock label="Quarantine policy as YAML" code={yaml.trimEnd()} language="yaml" />
      <div className={styles.part}>
        {apply !== undefined && (
          <div>
            <h4 className={styles.label}>Save it, then apply</h4>
            <CopyLine label="Command that applies the quarantine" text={apply} />
          </div>
        )}
        {lift !== undefined && (
          <div>
            <h4 className={styles.label}>Lift it again</h4>
            <CopyLine label="Command that lifts the quarantine" text={lift} />
          </div>
        )}
        <Caveats items={caveats} />
      </div>
    </>
  );
}
