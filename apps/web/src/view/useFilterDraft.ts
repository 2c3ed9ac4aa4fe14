import { FilterSyntaxError } from '@vibrissa/model';
import { useState } from 'react';
import { writeClauses } from './clause-edits.js';
import { type Clause, clausesOf } from './filter-clauses.js';
import { type Draft, EMPTY_DRAFT, problemOf } from './filter-draft.js';
import { useView } from './useView.js';

export interface FilterDraft {
  readonly clauses: readonly Clause[];
  readonly draft: Draft;
  /** Position of the clause that the draft will replace; -1 when it is a new one. */
  readonly editing: number;
  /** Why the text cannot be read, once that was tried. */
  readonly problem: FilterSyntaxError | null;
  readonly setDraft: (draft: Draft) => void;
  readonly edit: (clause: Clause) => void;
  /** Puts a draft into the filter; false when it cannot be read. */
  readonly commit: (draft: Draft) => boolean;
  readonly cancel: () => void;
}

/** What is typed and not yet part of the filter. A filter that cannot be read starts out as such. */
export function useFilterDraft(): FilterDraft {
  const [view, setView] = useView();
  const [typed, setTyped] = useState<Draft | null>(null);
  const [edited, setEdited] = useState<string | null>(null);
  const [tried, setTried] = useState<string | null>(null);

  const read = clausesOf(view.filter, view.disabled);
  const broken = read instanceof FilterSyntaxError ? read : null;
  const clauses = read instanceof FilterSyntaxError ? [] : read;
  const untouched = broken === null ? EMPTY_DRAFT : { text: view.filter, caret: view.filter.length };
  const draft = typed ?? untouched;
  const editing = edited === null ? -1 : clauses.findIndex(({ text }) => text === edited);

  const cancel = () => {
    setTyped(null);
    setEdited(null);
    setTried(null);
  };
  return {
    clauses,
    draft,
    editing,
    problem: typed === null ? broken : tried === typed.text ? problemOf(typed.text) : null,
    setDraft: setTyped,
    edit(clause) {
      setTyped({ text: clause.text, caret: clause.text.length });
      setEdited(clause.text);
    },
    commit(next) {
      if (problemOf(next.text) !== null) {
        setTyped(next);
        setTried(next.text);
        return false;
      }
      setView(writeClauses(view, editing < 0 ? null : editing, next.text));
      cancel();
      return true;
    },
    cancel,
  };
}
