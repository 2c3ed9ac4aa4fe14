import type { SavedView } from '@vibrissa/protocol/messages';
import { Check, House, Link, Pencil, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useLiveStore } from '../../live/useLiveFlows.js';
import { Button } from '../../ui/Button.js';
import { IconButton } from '../../ui/IconButton.js';
import { LOCAL } from '../../view/time/wall-clock.js';
import styles from './SavedViewItem.module.css';
import { pageWord, viewWords } from './view-words.js';

export interface SavedViewItemProps {
  readonly view: SavedView;
  /** Whether it is what is on screen. */
  readonly isShown: boolean;
  /** Whether the bare address shows it. */
  readonly isFirst: boolean;
  readonly href: string;
  readonly onOpen: () => void;
  readonly onFirst: (chosen: boolean) => void;
  readonly onRename: (name: string) => Promise<boolean>;
  readonly onRemove: () => void;
}

/** A saved view: its name and what it shows in words, and what can be done with it. */
export function SavedViewItem(props: SavedViewItemProps) {
  const { view, isShown, isFirst, href, onOpen, onFirst, onRemove } = props;
  const store = useLiveStore();
  const [renaming, setRenaming] = useState(false);
  const [renamed, setRenamed] = useState(false);
  const { name, page, search } = view;

  if (renaming)
    return (
      <Rename
        {...props}
        onDone={() => {
          setRenaming(false);
          setRenamed(true);
        }}
      />
    );
  return (
    <li className={styles.item} data-shown={isShown || undefined}>
      <a
        data-view={view.id}
        href={href}
        className={styles.link}
        aria-current={isShown || undefined}
        onClick={onOpen}
      >
        <span className={styles.name}>
          {name}
          {isFirst && <span className={styles.first}>shown first</span>}
        </span>
        <span className={styles.words}>
          {pageWord(page)}: {viewWords(page, search, { now: store.clock.now(), zone: LOCAL })}
        </span>
      </a>
      <span className={styles.actions}>
        <IconButton
          label={isFirst ? `Do not show ${name} first` : `Show ${name} first at the bare address`}
          aria-pressed={isFirst}
          className={styles.action}
          onClick={() => onFirst(!isFirst)}
        >
          <House size={13} aria-hidden="true" />
        </IconButton>
        <CopyViewLink view={view} />
        <IconButton
          // The focus comes back from the name to where it was.
          autoFocus={renamed}
          label={`Rename ${name}`}
          className={styles.action}
          onClick={() => setRenaming(true)}
        >
          <Pencil size={13} aria-hidden="true" />
        </IconButton>
        <IconButton label={`Delete ${name}`} className={styles.action} onClick={onRemove}>
          <Trash2 size={13} aria-hidden="true" />
        </IconButton>
      </span>
    </li>
  );
}

function CopyViewLink({ view }: { readonly view: SavedView }) {
  const [said, setSaid] = useState<string | null>(null);
  const copy = async () => {
    const address = `${window.location.origin}/?view=${view.id}`;
    try {
      await navigator.clipboard.writeText(address);
      setSaid('Link copied');
    } catch {
      // Pages that are not served securely have no clipboard.
      setSaid(`The browser did not allow it: ${address}`);
    }
  };
  return (
    <>
      <IconButton
        label={said ?? `Copy the link to ${view.name}`}
        className={styles.action}
        onClick={() => void copy()}
        onBlur={() => setSaid(null)}
      >
        {said === 'Link copied' ? (
          <Check size={13} aria-hidden="true" />
        ) : (
          <Link size={13} aria-hidden="true" />
        )}
      </IconButton>
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}

function Rename({ view, onRename, onDone }: SavedViewItemProps & { readonly onDone: () => void }) {
  const [name, setName] = useState(view.name);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const next = name.trim();
    if (next === '') return;
    if (next === view.name || (await onRename(next))) onDone();
  };
  return (
    <li className={styles.item}>
      <form className={styles.rename} onSubmit={(event) => void submit(event)}>
        <input
          // biome-ignore lint/a11y/noAutofocus: it stands where the button was that the reader pressed
          autoFocus
          type="text"
          value={name}
          maxLength={80}
          autoComplete="off"
          spellCheck={false}
          aria-label={`New name of ${view.name}`}
          className={styles.input}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            // Leaves the name, not the menu.
            event.preventDefault();
            event.stopPropagation();
            onDone();
          }}
        />
        <Button type="submit" disabled={name.trim() === ''}>
          Rename
        </Button>
      </form>
    </li>
  );
}
