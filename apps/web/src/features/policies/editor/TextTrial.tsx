import type { ApiPolicyName, PolicyChange } from '@vibrissa/protocol/messages';
import { RotateCcw } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '../../../ui/Button.js';
import { Segmented } from '../../../ui/Segmented.js';
import { useSettled } from '../../../ui/useSettled.js';
import { ApplyBar } from '../../../view/policy/ApplyBar.js';
import { DiffBlock } from '../../../view/policy/DiffBlock.js';
import { boardHref, policyHref } from '../../../view/policy/policy-name.js';
import { keepDraft, type TrialDraft } from '../../../view/policy/trial-draft.js';
import { useView } from '../../../view/useView.js';
import { EditorFoot } from './EditorFoot.js';
import { TemplateMenu } from './TemplateMenu.js';
import styles from './TextTrial.module.css';
import { TrialFrame } from './TrialFrame.js';
import { TriedPane } from './TriedPane.js';
import { NO_PROBLEMS } from './useTrial.js';
import { useTried } from './useTried.js';
import { YamlEditor, type YamlEditorHandle } from './YamlEditor.js';

export interface TextTrialProps {
  readonly draftKey: string;
  readonly title: string;
  /** What the editor begins with. */
  readonly first: TrialDraft;
  /** The YAML as it is in force; null where it is to be looked up. */
  readonly base: string | null;
  readonly version: number | null;
  /** The policy that is edited. */
  readonly policy?: ApiPolicyName;
  readonly isNew?: boolean;
}

/** ms without a key before a text is tried. */
const SETTLES = 300;

/** A text of policies, and what it would do once it is applied. */
export function TextTrial({ draftKey, title, first, base, version, policy, isNew = false }: TextTrialProps) {
  const [view] = useView();
  const editor = useRef<YamlEditorHandle>(null);
  const rest = useRef(restOf(first.change));
  const [text, setText] = useState(first.change.yaml ?? '');
  const [shown, setShown] = useState<'yaml' | 'diff'>('yaml');
  const settled = useSettled(text, SETTLES);
  const change = useMemo((): PolicyChange => ({ ...rest.current, yaml: settled }), [settled]);
  const [asEnforced, setAsEnforced] = useState(true);
  const [staged, setStaged] = useState<readonly ApiPolicyName[]>([]);
  const triedChange = useMemo(
    (): PolicyChange =>
      staged.length === 0 || !asEnforced
        ? change
        : { ...change, enforce: [...(change.enforce ?? []), ...staged] },
    [change, staged, asEnforced],
  );
  const tried = useTried(triedChange, base, version);
  const { trial } = tried;
  const reading = trial.reading;
  // It is read before it can be told what of it is staged.
  const readStaged = JSON.stringify(reading?.staged ?? []);
  useEffect(() => setStaged(JSON.parse(readStaged)), [readStaged]);
  const wrong = reading?.problems.find(({ severity }) => severity === 'error');

  const onChange = (next: string) => {
    setText(next);
    const isSame = next === base || (base === null && next.trim() === '');
    keepDraft(draftKey, isSame ? null : { title: first.title, change: { ...rest.current, yaml: next } });
  };
  const isUnchanged = base !== null && text === base;

  return (
    <TrialFrame
      back={
        policy === undefined
          ? { href: boardHref(view), label: 'Policies' }
          : { href: policyHref(view, policy), label: policy.name }
      }
      title={title}
      actions={
        <>
          {isNew && <TemplateMenu names={trial.names} onText={onChange} isEmpty={text.trim() === ''} />}
          {text !== (base ?? '') && (
            <Button
              onClick={() => onChange(base ?? '')}
              title={base === null ? 'An empty text' : 'The text as it is in force'}
            >
              <RotateCcw size={13} aria-hidden="true" />
              Start over
            </Button>
          )}
          <Segmented
            label="Show the change as"
            value={shown}
            options={[
              { value: 'yaml', label: 'YAML' },
              { value: 'diff', label: 'Difference' },
            ]}
            onChange={setShown}
          />
        </>
      }
      left={
        <>
          <div className={styles.editor} data-hidden={shown !== 'yaml' || undefined} inert={shown !== 'yaml'}>
            <YamlEditor
              ref={editor}
              label="YAML of the change. Escape and then Tab leaves it."
              text={text}
              onChange={onChange}
              problems={reading?.problems ?? NO_PROBLEMS}
              names={trial.names}
            />
          </div>
          {shown === 'diff' && (
            <div className={styles.diff}>
              {reading === null || reading.diff === '' ? (
                <p className={styles.same}>
                  {base === null && text.trim() === ''
                    ? 'Nothing is written yet.'
                    : 'It is as it is in force.'}
                </p>
              ) : (
                <DiffBlock label="What changes in the YAML" diff={reading.diff} />
              )}
            </div>
          )}
          <EditorFoot
            reading={reading}
            isUnchanged={isUnchanged}
            onLine={(line) => {
              setShown('yaml');
              editor.current?.toLine(line);
            }}
          />
          <div className={styles.apply}>
            <ApplyBar
              title={title}
              change={change}
              yaml={text}
              editor={false}
              disabledBecause={
                wrong !== undefined
                  ? `Line ${wrong.line}: ${wrong.message}`
                  : (reading?.refusal ??
                    (reading?.isChange === true && !isUnchanged ? null : 'Nothing is changed yet'))
              }
              onApplied={() => keepDraft(draftKey, null)}
            />
          </div>
        </>
      }
      right={
        <TriedPane
          tried={tried}
          choice={
            staged.length > 0 && (
              <Segmented
                label="Staged policies are tried"
                value={asEnforced ? 'enforced' : 'staged'}
                options={[
                  { value: 'enforced', label: 'Once enforced' },
                  { value: 'staged', label: 'While staged' },
                ]}
                onChange={(value) => setAsEnforced(value === 'enforced')}
              />
            )
          }
          empty={
            <p className={styles.same}>
              {wrong !== undefined
                ? 'It is tried once the text can be read.'
                : 'What is written here is tried at once on the connections that were observed; which of them it would allow or deny appears here.'}
            </p>
          }
        />
      }
    />
  );
}

/** What a draft does besides its text. */
function restOf({ yaml: _, ...rest }: PolicyChange): PolicyChange {
  return rest;
}
