import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ApiPolicyName, PolicyChange } from '@vibrissa/protocol/messages';
import { SearchX } from 'lucide-react';
import { useRef } from 'react';
import { policiesQuery, policyQuery } from '../../../api/policy-queries.js';
import { EmptyState } from '../../../ui/EmptyState.js';
import { boardHref, policyKey, policyText } from '../../../view/policy/policy-name.js';
import { keptDraft, type TrialDraft } from '../../../view/policy/trial-draft.js';
import { effectiveFilter, useView } from '../../../view/useView.js';
import { useViewBounds } from '../../../view/useViewBounds.js';
import type { ViewTrial } from '../../../view/view-url.js';
import { ChangeTrial } from './ChangeTrial.js';
import { TextTrial } from './TextTrial.js';
import styles from './TrialPane.module.css';

export interface TrialPaneProps {
  /** Null for a policy that is yet to be written. */
  readonly name: ApiPolicyName | null;
  readonly trial: ViewTrial;
}

/** What a change of policies would do: an editor and, beside it, which observed connections it would decide otherwise. */
export function TrialPane({ name, trial }: TrialPaneProps) {
  const [view] = useView();
  const { bounds } = useViewBounds();
  const filter = effectiveFilter(view);
  const board = useQuery({
    ...policiesQuery(filter, bounds),
    placeholderData: keepPreviousData,
    refetchInterval: 5_000,
  });
  const version = board.data?.version ?? null;
  if (name === null || trial === 'new') return <NewTrial version={version} />;
  return <KnownTrial key={`${policyKey(name)} ${trial}`} name={name} trial={trial} version={version} />;
}

const NOTHING: TrialDraft = { title: '', change: { yaml: '' } };

function NewTrial({ version }: { readonly version: number | null }) {
  const first = useRef<TrialDraft | null>(null);
  first.current ??= keptDraft('new') ?? NOTHING;
  const { title } = first.current;
  return (
    <TextTrial
      draftKey="new"
      title={title === '' ? 'New policy' : title}
      first={first.current}
      base={null}
      version={version}
      isNew
    />
  );
}

function KnownTrial({
  name,
  trial,
  version,
}: {
  readonly name: ApiPolicyName;
  readonly trial: Exclude<ViewTrial, 'new'>;
  readonly version: number | null;
}) {
  const [view] = useView();
  const { bounds } = useViewBounds();
  const { data, error } = useQuery({
    ...policyQuery(name, effectiveFilter(view), bounds),
    placeholderData: keepPreviousData,
    retry: false,
  });
  const changes = useRef<Readonly<Record<'enforce' | 'remove', PolicyChange>>>({
    enforce: { enforce: [name] },
    remove: { remove: [name] },
  });
  if (data === undefined) {
    return error === null ? (
      <div className={styles.waiting} role="status" aria-label={`Loading ${policyText(name)}`} />
    ) : (
      <EmptyState
        icon={<SearchX size={28} />}
        title={`${policyText(name)} cannot be tried`}
        actions={<a href={boardHref(view)}>All policies</a>}
      >
        {error.message}
      </EmptyState>
    );
  }
  if (trial === 'edit') {
    const key = policyKey(name);
    return (
      <TextTrial
        draftKey={key}
        title={`Edit ${policyText(name)}`}
        first={keptDraft(key) ?? { title: '', change: { yaml: data.yaml } }}
        base={data.yaml}
        version={version}
        policy={name}
      />
    );
  }
  return (
    <ChangeTrial policy={data} name={name} trial={trial} change={changes.current[trial]} version={version} />
  );
}
