import { useQueryClient } from '@tanstack/react-query';
import type { TemplateName } from '@vibrissa/protocol/messages';
import { ChevronDown, LayoutTemplate } from 'lucide-react';
import { useId, useState } from 'react';
import { templateQuery } from '../../../api/policy-queries.js';
import { Button } from '../../../ui/Button.js';
import { Popover } from '../../../ui/Popover.js';
import { Segmented } from '../../../ui/Segmented.js';
import type { KnownNames } from './known-names.js';
import styles from './TemplateMenu.module.css';

export interface TemplateMenuProps {
  readonly names: KnownNames;
  readonly onText: (text: string) => void;
  /** Whether the text is still empty; a template takes the place of what is there. */
  readonly isEmpty: boolean;
}

const TEMPLATES: readonly { readonly name: TemplateName; readonly title: string; readonly does: string }[] = [
  {
    name: 'default-deny',
    title: 'Deny by default',
    does: 'Nothing in the namespace may be reached or reach out, but for DNS',
  },
  {
    name: 'namespace-isolation',
    title: 'Isolate a namespace',
    does: 'What is in it may talk to itself, and to DNS',
  },
  {
    name: 'three-tiers',
    title: 'Three tiers',
    does: 'Security, platform and application, each asked in turn',
  },
  {
    name: 'in-scope',
    title: 'Namespaces in scope',
    does: 'They talk to each other and to what is named, as PCI asks',
  },
];

/** Policies to begin with. */
export function TemplateMenu({ names, onText, isEmpty }: TemplateMenuProps) {
  const client = useQueryClient();
  const id = useId();
  const [dialect, setDialect] = useState<'kubernetes' | 'calico'>('kubernetes');
  const [namespaces, setNamespaces] = useState('');
  const [staged, setStaged] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);

  const begin = async (template: TemplateName, close: () => void) => {
    const [namespace = '', ...more] = namespaces.split(/[\s,]+/).filter((name) => name !== '');
    setFailure(null);
    try {
      const question = {
        template,
        namespace: namespace === '' ? (names.namespaces[0] ?? 'default') : namespace,
        ...(more.length > 0 && { namespaces: [namespace, ...more] }),
        dialect,
        staged,
      };
      const { yaml } = await client.fetchQuery(templateQuery(question));
      onText(yaml);
      close();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <Popover
      label="Templates"
      align="end"
      trigger={(props) => (
        <Button {...props}>
          <LayoutTemplate size={13} aria-hidden="true" />
          Templates
          <ChevronDown size={12} aria-hidden="true" />
        </Button>
      )}
    >
      {(close) => (
        <div className={styles.panel}>
          <label className={styles.field} htmlFor={id}>
            Namespace
            <input
              id={id}
              list={`${id}-names`}
              value={namespaces}
              placeholder={names.namespaces[0] ?? 'default'}
              autoComplete="off"
              spellCheck={false}
              onChange={({ target }) => setNamespaces(target.value)}
            />
            <datalist id={`${id}-names`}>
              {names.namespaces.map((name) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </label>
          <div className={styles.choices}>
            <Segmented
              label="Dialect"
              value={dialect}
              options={[
                { value: 'kubernetes', label: 'Kubernetes' },
                { value: 'calico', label: 'Calico' },
              ]}
              onChange={setDialect}
            />
            <label className={styles.check}>
              <input type="checkbox" checked={staged} onChange={({ target }) => setStaged(target.checked)} />
              Staged first, by Calico
            </label>
          </div>
          <ul className={styles.list}>
            {TEMPLATES.map(({ name, title, does }) => (
              <li key={name}>
                <button type="button" className={styles.template} onClick={() => void begin(name, close)}>
                  <span>{title}</span>
                  <span className={styles.does}>{does}</span>
                </button>
              </li>
            ))}
          </ul>
          {failure !== null && (
            <p role="alert" className={styles.failure}>
              {failure}
            </p>
          )}
          {!isEmpty && (
            <p className={styles.note}>It takes the place of what is written; Ctrl-Z brings that back.</p>
          )}
        </div>
      )}
    </Popover>
  );
}
