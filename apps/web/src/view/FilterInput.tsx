import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef, useState } from 'react';
import { CompletionList, optionId } from './CompletionList.js';
import styles from './FilterInput.module.css';
import { complete, type Draft, isFinished } from './filter-draft.js';
import { useCompletions } from './useCompletions.js';

export interface FilterInputProps {
  readonly ref: RefObject<HTMLInputElement | null>;
  readonly draft: Draft;
  readonly placeholder: string;
  readonly title: string;
  readonly invalid: boolean;
  readonly describedBy: string;
  /** Whether the draft is an existing clause. */
  readonly editing: boolean;
  readonly onDraft: (draft: Draft) => void;
  readonly onCommit: (draft: Draft) => boolean;
  readonly onCancel: () => void;
  /** The caret goes left out of the input; false when there is nothing there. */
  readonly onLeaveLeft: () => boolean;
}

/** The line to type in, with what could stand at the caret in a list under it. */
export function FilterInput({ ref, draft, onDraft, onCommit, onCancel, ...rest }: FilterInputProps) {
  const listId = useId();
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const caretMoved = useRef(false);
  const { suggestion, items, loading } = useCompletions(draft, open);
  const shown = open && (items.length > 0 || loading);
  const chosen = shown ? items[active] : undefined;

  useLayoutEffect(() => {
    if (!caretMoved.current) return;
    caretMoved.current = false;
    ref.current?.setSelectionRange(draft.caret, draft.caret);
  }, [ref, draft]);

  const write = (next: Draft) => {
    setActive(-1);
    onDraft(next);
  };
  const take = (insert: string, mayCommit: boolean) => {
    const next = complete(draft, suggestion, insert);
    caretMoved.current = true;
    if (mayCommit && suggestion.kind === 'value' && isFinished(next)) commit(next);
    else write(next);
  };
  const commit = (next: Draft) => {
    setActive(-1);
    setOpen(false);
    if (next.text.trim() === '' && !rest.editing) return;
    onCommit(next);
  };
  const move = (step: number) => {
    setOpen(true);
    if (items.length === 0) return;
    // From the text itself, which is one stop more, to the first or the last.
    setActive(((active + 1 + step + items.length + 1) % (items.length + 1)) - 1);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const { selectionStart, selectionEnd } = event.currentTarget;
    const atStart = selectionStart === 0 && selectionEnd === 0;
    const first = items[0];
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter') chosen === undefined ? commit(draft) : take(chosen.insert, true);
    else if (event.key === 'Tab' && !event.shiftKey && shown && first !== undefined) {
      const item = chosen ?? first;
      if (suggestion.prefix === '' && chosen === undefined) return;
      if (item.label === suggestion.prefix && suggestion.kind === 'value') return;
      take(item.insert, false);
    } else if (event.key === 'Escape') {
      if (shown) setOpen(false);
      else if (draft.text !== '') onCancel();
      else event.currentTarget.blur();
      setActive(-1);
    } else if (event.key === 'Backspace' && draft.text === '' && !rest.editing) {
      if (!rest.onLeaveLeft()) return;
    } else if (event.key === 'ArrowLeft' && atStart) {
      if (!rest.onLeaveLeft()) return;
    } else return;
    event.preventDefault();
  };

  return (
    <div className={styles.field}>
      <input
        ref={ref}
        id="filter-input"
        data-filter-input
        role="combobox"
        aria-label="Filter"
        aria-autocomplete="list"
        aria-expanded={shown}
        aria-controls={shown ? listId : undefined}
        aria-activedescendant={chosen === undefined ? undefined : optionId(listId, active)}
        aria-invalid={rest.invalid || undefined}
        aria-describedby={rest.describedBy}
        title={rest.title}
        placeholder={rest.placeholder}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        enterKeyHint="search"
        className={styles.input}
        value={draft.text}
        onChange={({ target }) => {
          setOpen(true);
          write({ text: target.value, caret: target.selectionEnd ?? target.value.length });
        }}
        onSelect={({ currentTarget }) => {
          const caret = currentTarget.selectionEnd ?? 0;
          if (caret !== draft.caret) write({ text: draft.text, caret });
        }}
        onFocus={({ currentTarget, relatedTarget }) => {
          // Who comes from a chip has something else in mind, and an error under the bar wants to be read.
          const bar = currentTarget.closest('search');
          if (!rest.invalid && !bar?.contains(relatedTarget)) setOpen(true);
        }}
        onClick={() => setOpen(true)}
        onBlur={() => {
          setOpen(false);
          setActive(-1);
        }}
        onKeyDown={onKeyDown}
      />
      {shown && (
        <CompletionList
          id={listId}
          items={items}
          active={active}
          loading={loading}
          counted={suggestion.kind === 'value'}
          onTake={(item) => take(item.insert, true)}
        />
      )}
    </div>
  );
}
