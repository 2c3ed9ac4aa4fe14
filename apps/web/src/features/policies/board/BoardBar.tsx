import type { PoliciesReply } from '@vibrissa/protocol/messages';
import { FilePlus2, Search, Undo2 } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '../../../ui/Button.js';
import { plural } from '../../../ui/format.js';
import { Kbd } from '../../../ui/Kbd.js';
import { useShortcuts } from '../../../ui/useShortcuts.js';
import { newPolicyHref } from '../../../view/policy/policy-name.js';
import { useApply } from '../../../view/policy/useApply.js';
import { useView } from '../../../view/useView.js';
import { LinkButton } from '../LinkButton.js';
import styles from './BoardBar.module.css';
import { FindingsMenu } from './FindingsMenu.js';
import { ProblemsMenu } from './ProblemsMenu.js';

export interface BoardBarProps {
  readonly reply: PoliciesReply | undefined;
  readonly find: string;
  readonly onFind: (text: string) => void;
}

/** What is on the board and from where, and what can be done besides looking. */
export function BoardBar({ reply, find, onFind }: BoardBarProps) {
  const [view] = useView();
  const input = useRef<HTMLInputElement>(null);
  const { takeBack, isBusy, error } = useApply();
  const toFind = () => {
    input.current?.focus();
    input.current?.select();
  };
  useShortcuts([['f', toFind]]);

  const toBoard = () => document.querySelector<HTMLElement>('[data-board] a[tabindex="0"]');
  return (
    <div className={styles.bar}>
      <div className={styles.facts}>
        {reply === undefined ? (
          ' '
        ) : (
          <>
            <span data-numeric>{countWords(reply)}</span>
            <ProblemsMenu sources={reply.sources} />
            <FindingsMenu count={findingsOf(reply)} />
          </>
        )}
        {error !== null && (
          <span role="alert" className={styles.failure}>
            {error.message}
          </span>
        )}
      </div>
      {reply?.canReset === true && (
        <Button disabled={isBusy} onClick={takeBack} title="The simulated cluster has its own policies again">
          <Undo2 size={13} aria-hidden="true" />
          Take back what was applied
        </Button>
      )}
      <label className={styles.find}>
        <Search size={13} aria-hidden="true" />
        <span className="visually-hidden">Find a policy</span>
        <input
          ref={input}
          type="search"
          value={find}
          placeholder="Find a policy"
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => onFind(target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') toBoard()?.click();
            else if (event.key === 'ArrowDown') toBoard()?.focus();
            else if (event.key === 'Escape') {
              onFind('');
              input.current?.blur();
            } else return;
            event.preventDefault();
          }}
        />
        <Kbd>f</Kbd>
      </label>
      <LinkButton href={newPolicyHref(view)}>
        <FilePlus2 size={13} aria-hidden="true" />
        New policy
      </LinkButton>
    </div>
  );
}

function findingsOf({ tiers }: PoliciesReply): number {
  return tiers.flatMap(({ policies }) => policies).reduce((sum, { findings }) => sum + findings, 0);
}

function countWords({ tiers, unknown }: PoliciesReply): string {
  const policies = tiers.flatMap((tier) => tier.policies);
  const staged = policies.filter((policy) => policy.staged).length;
  return [
    `${plural(policies.length, 'policy', 'policies')} in ${plural(tiers.length, 'tier')}`,
    ...(staged > 0 ? [`${staged} staged`] : []),
    ...(unknown.length > 0 ? [`${unknown.length} named by flows alone`] : []),
  ].join(' · ');
}
