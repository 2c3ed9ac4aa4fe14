import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { TemplateName } from '@vibrissa/protocol/messages';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { templateQuery } from '../../api/policy-queries.js';
import { Button } from '../../ui/Button.js';
import { CodeBlock } from '../../ui/CodeBlock.js';
import { ErrorNotice } from '../../ui/ErrorNotice.js';
import { Segmented } from '../../ui/Segmented.js';
import { saveFile } from '../../ui/save-file.js';
import { ApplyBar } from '../../view/policy/ApplyBar.js';
import { Caveats } from '../../view/policy/Caveats.js';
import { queryTrouble } from '../../view/query-trouble.js';
import type { Taste } from './recommend-taste.js';
import styles from './Templates.module.css';

const TEMPLATES: readonly { readonly value: TemplateName; readonly label: string; readonly title: string }[] =
  [
    {
      value: 'default-deny',
      label: 'Default deny',
      title: 'Nothing in or out but DNS, until a rule allows it',
    },
    { value: 'namespace-isolation', label: 'Isolation', title: 'Only the namespace itself may call it' },
    {
      value: 'three-tiers',
      label: 'Three tiers',
      title: 'Security, platform and application policies apart',
    },
    {
      value: 'in-scope',
      label: 'In scope',
      title: 'Namespaces in scope, such as of PCI, apart from all others',
    },
  ];

export interface TemplatesProps {
  readonly namespace: string;
  readonly namespaces: readonly string[];
  readonly taste: Taste;
}

/** Policies to begin with, before anything was learned. */
export function Templates({ namespace, namespaces, taste }: TemplatesProps) {
  const [name, setName] = useState<TemplateName>('default-deny');
  const [others, setOthers] = useState<readonly string[]>([]);
  const inScope = name === 'in-scope';
  const query = useQuery({
    ...templateQuery({
      template: name,
      namespace,
      ...(inScope && { namespaces: [namespace, ...others.filter((other) => other !== namespace)] }),
      ...taste,
    }),
    enabled: namespace !== '',
    placeholderData: keepPreviousData,
  });
  return (
    <div className={styles.templates}>
      <div className={styles.choice}>
        <Segmented label="Template" value={name} options={TEMPLATES} onChange={setName} />
      </div>
      {inScope && (
        <fieldset className={styles.others}>
          <legend>Also in scope, beside {namespace}</legend>
          {namespaces
            .filter((other) => other !== namespace)
            .map((other) => (
              <label key={other} className={styles.other}>
                <input
                  type="checkbox"
                  checked={others.includes(other)}
                  onChange={(event) =>
                    setOthers(
                      event.currentTarget.checked
                        ? [...others, other]
                        : others.filter((chosen) => chosen !== other),
                    )
                  }
                />
                {other}
              </label>
            ))}
        </fieldset>
      )}
      {query.error !== null && query.data === undefined && (
        <ErrorNotice
          title={queryTrouble(query.error).title}
          actions={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          {queryTrouble(query.error).remedy}
        </ErrorNotice>
      )}
      {query.data !== undefined && (
        <section className={styles.card} aria-label={query.data.title}>
          <header className={styles.head}>
            <h2>{query.data.title}</h2>
            <p>{query.data.does}</p>
          </header>
          <CodeBlock label="Template as YAML" code={query.data.yaml.trimEnd()} language="yaml" />
          <footer className={styles.foot}>
            <Caveats items={query.data.caveats} />
            <ApplyBar title={query.data.title} change={{ yaml: query.data.yaml }} yaml={query.data.yaml}>
              <SaveButton name={name} namespace={namespace} yaml={query.data.yaml} />
            </ApplyBar>
          </footer>
        </section>
      )}
    </div>
  );
}

interface SaveProps {
  readonly name: TemplateName;
  readonly namespace: string;
  readonly yaml: string;
}

function SaveButton({ name, namespace, yaml }: SaveProps) {
  return (
    <Button
      onClick={() => saveFile(`${name}-${namespace}.yaml`, new Blob([yaml], { type: 'application/yaml' }))}
    >
      <Download size={13} aria-hidden="true" />
      Download
    </Button>
  );
}
