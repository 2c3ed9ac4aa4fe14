import type { ApiPolicySummary } from '@vibrissa/protocol/messages';
import { ArrowLeft, Pencil, Rows3, ShieldCheck, Trash2 } from 'lucide-react';
import { Kbd } from '../../../ui/Kbd.js';
import { boardHref, kindTitle, policyHref } from '../../../view/policy/policy-name.js';
import type { View } from '../../../view/view-url.js';
import { LinkButton } from '../LinkButton.js';
import { orderWords, stagedWords } from '../policy-words.js';
import styles from './PolicyHead.module.css';

export interface PolicyHeadProps {
  readonly policy: ApiPolicySummary;
  readonly view: View;
  /** The address of the flows it decided. */
  readonly flows: string;
}

/** Which policy this is, where it stands, whom it selects, and what can be tried with it. */
export function PolicyHead({ policy, view, flows }: PolicyHeadProps) {
  const { kind, namespace, name, tier, order, types, staged, selects } = policy;
  return (
    <header className={styles.head}>
      <a href={boardHref(view)} className={styles.back}>
        <ArrowLeft size={13} aria-hidden="true" />
        Policies
      </a>
      <h2 className={styles.name}>
        {namespace !== '' && (
          <span className={styles.namespace}>
            {namespace}/<wbr />
          </span>
        )}
        {name}
      </h2>
      {staged && <span className={styles.staged}>{stagedWords(policy)}</span>}
      <div className={styles.actions}>
        <LinkButton href={flows}>
          <Rows3 size={13} aria-hidden="true" />
          {staged ? 'Flows it would decide' : 'Flows it decided'}
        </LinkButton>
        <LinkButton href={policyHref(view, policy, 'remove')}>
          <Trash2 size={13} aria-hidden="true" />
          Without it…
        </LinkButton>
        <LinkButton href={policyHref(view, policy, 'edit')} kind={staged ? 'plain' : 'primary'}>
          <Pencil size={13} aria-hidden="true" />
          Edit and try
          {!staged && <Kbd>e</Kbd>}
        </LinkButton>
        {staged && (
          <LinkButton href={policyHref(view, policy, 'enforce')} kind="primary">
            <ShieldCheck size={13} aria-hidden="true" />
            Enforce…
          </LinkButton>
        )}
      </div>
      <dl className={styles.facts}>
        <Fact name="Kind">{kindTitle(kind)}</Fact>
        <Fact name="Tier">{tier}</Fact>
        <Fact name="Place">{orderWords(order)}</Fact>
        <Fact name="Governs">{types.length === 0 ? 'neither direction' : types.join(' and ')}</Fact>
        <Fact name="Selects">{selects}</Fact>
      </dl>
    </header>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
