import { describeFilter } from '@vibrissa/model';
import { Search, X } from 'lucide-react';
import { useId, useRef } from 'react';
import { IconButton } from '../ui/IconButton.js';
import { Kbd } from '../ui/Kbd.js';
import { CopyLink } from './CopyLink.js';
import styles from './FilterBar.module.css';
import { FilterChips } from './FilterChips.js';
import { FilterError } from './FilterError.js';
import { FilterInput } from './FilterInput.js';
import { appliedFilter } from './filter-clauses.js';
import { useFilterDraft } from './useFilterDraft.js';
import { useView } from './useView.js';

/** The filter: its clauses as chips, and a line to type more of it. */
export function FilterBar() {
  const [view, setView] = useView();
  const state = useFilterDraft();
  const { clauses, draft, editing, problem } = state;
  const input = useRef<HTMLInputElement>(null);
  const chips = useRef<HTMLUListElement>(null);
  const sentenceId = useId();
  const errorId = useId();
  const sentence = `Shows ${describeFilter(appliedFilter(view.filter, view.disabled))}`;
  const toInput = () => input.current?.focus();
  const toLastChip = () => {
    const last = chips.current?.querySelector<HTMLElement>('li:last-child [data-chip]');
    last?.focus();
    return last !== null && last !== undefined;
  };

  return (
    <search className={styles.bar}>
      <div className={styles.box} data-invalid={problem !== null || undefined}>
        <Search size={15} className={styles.icon} aria-hidden="true" />
        <FilterChips
          ref={chips}
          clauses={clauses}
          editing={editing}
          onEdit={(clause) => {
            state.edit(clause);
            toInput();
          }}
          onLeave={toInput}
        />
        <FilterInput
          ref={input}
          draft={draft}
          placeholder={clauses.length > 0 ? 'and …' : 'Filter by namespace, workload, port, policy …'}
          invalid={problem !== null}
          describedBy={problem === null ? sentenceId : `${errorId} ${sentenceId}`}
          title={sentence}
          editing={editing >= 0}
          onDraft={state.setDraft}
          onCommit={state.commit}
          onCancel={state.cancel}
          onLeaveLeft={toLastChip}
        />
        <span id={sentenceId} className="visually-hidden">
          {sentence}
        </span>
        {(view.filter !== '' || draft.text !== '') && (
          <IconButton
            label="Clear the filter"
            className={styles.action}
            onClick={() => {
              state.cancel();
              setView({ filter: '', disabled: [] });
              toInput();
            }}
          >
            <X size={14} aria-hidden="true" />
          </IconButton>
        )}
        <CopyLink className={styles.action} />
        <span className={styles.key} aria-hidden="true">
          <Kbd>/</Kbd>
        </span>
      </div>
      {problem !== null && (
        <FilterError
          id={errorId}
          text={draft.text}
          problem={problem}
          onCorrect={(corrected) => {
            state.commit(corrected);
            toInput();
          }}
        />
      )}
    </search>
  );
}
