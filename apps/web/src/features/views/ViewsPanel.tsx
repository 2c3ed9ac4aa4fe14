import type { SavedView } from '@vibrissa/protocol/messages';
import { type FormEvent, useId, useRef, useState } from 'react';
import { useLiveStore } from '../../live/useLiveFlows.js';
import { Button } from '../../ui/Button.js';
import { LOCAL } from '../../view/time/wall-clock.js';
import { useView } from '../../view/useView.js';
import { SavedViewItem } from './SavedViewItem.js';
import { type SavedViews, viewCalled } from './useSavedViews.js';
import styles from './ViewsPanel.module.css';
import { pageWord, searchToSave, viewWords } from './view-words.js';

/** A view that was deleted on this page and can be had back. */
export interface Removed {
  readonly view: SavedView;
  readonly wasFirst: boolean;
}

export interface ViewsPanelProps {
  readonly saved: SavedViews;
  /** The view that is on screen. */
  readonly shownId: string | null;
  readonly page: string;
  readonly pathOf: (page: string) => string;
  readonly removed: readonly Removed[];
  readonly onRemoved: (removed: readonly Removed[]) => void;
  /** A view is opened. */
  readonly onOpen: () => void;
}

const LONGEST_NAME = 80;

/** What is kept, and a line to keep what is on screen. */
export function ViewsPanel(props: ViewsPanelProps) {
  const { saved, shownId, pathOf, removed, onRemoved, onOpen } = props;
  const { views, first, error, failed } = saved;
  const list = useRef<HTMLUListElement>(null);
  const remove = async (view: SavedView) => {
    if (await saved.remove(view)) onRemoved([...removed, { view, wasFirst: first === view.id }]);
  };
  const restore = async (entry: Removed) => {
    if (!(await saved.restore(entry.view, entry.wasFirst))) return;
    onRemoved(removed.filter((one) => one !== entry));
    list.current?.querySelector<HTMLElement>(`[data-view="${entry.view.id}"]`)?.focus();
  };

  return (
    <div className={styles.panel}>
      <SaveForm {...props} />
      {failed !== null && (
        <p role="alert" className={styles.problem}>
          <b>Nothing was changed.</b> {failed.message}
        </p>
      )}
      {views === undefined && error !== null && (
        <div role="alert" className={styles.problem}>
          <b>Saved views cannot be read.</b> {error.message}
          <Button className={styles.again ?? ''} onClick={saved.again}>
            Try again
          </Button>
        </div>
      )}
      {views?.length === 0 && removed.length === 0 && (
        <p className={styles.empty}>
          No view is saved yet. A saved view keeps page, filter and window under a name, for everyone who uses
          this server.
        </p>
      )}
      {views !== undefined && views.length > 0 && (
        <ul ref={list} className={styles.list} aria-label="Saved views">
          {views.map((view) => (
            <SavedViewItem
              key={view.id}
              view={view}
              isShown={view.id === shownId}
              isFirst={view.id === first}
              href={`${pathOf(view.page)}${view.search}`}
              onOpen={onOpen}
              onFirst={(chosen) => void saved.setFirst(chosen ? view.id : null)}
              onRename={(name) => saved.rename(view, name)}
              onRemove={() => void remove(view)}
            />
          ))}
        </ul>
      )}
      {removed.map((entry) => (
        <p key={entry.view.id} className={styles.removed} role="status">
          <span>
            Deleted <b>{entry.view.name}</b>
          </span>
          <Button
            // The button that was pressed is gone, and this one takes it back.
            autoFocus
            onClick={() => void restore(entry)}
          >
            Undo
          </Button>
        </p>
      ))}
    </div>
  );
}

function SaveForm({ saved, page }: ViewsPanelProps) {
  const id = useId();
  const store = useLiveStore();
  const [view] = useView();
  const [name, setName] = useState('');
  const search = searchToSave(view);
  const replaced = viewCalled(saved.views ?? [], name);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    if (await saved.save(name.trim(), page, search)) setName('');
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <label htmlFor={id} className={styles.label}>
        Save what is on screen as
      </label>
      <div className={styles.line}>
        <input
          id={id}
          type="text"
          value={name}
          maxLength={LONGEST_NAME}
          autoComplete="off"
          spellCheck={false}
          placeholder="A name for it"
          className={styles.input}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" kind="primary" disabled={name.trim() === '' || saved.isChanging}>
          {replaced === undefined ? 'Save' : 'Replace'}
        </Button>
      </div>
      <p className={styles.words}>
        {pageWord(page)}: {viewWords(page, search, { now: store.clock.now(), zone: LOCAL })}
      </p>
    </form>
  );
}
