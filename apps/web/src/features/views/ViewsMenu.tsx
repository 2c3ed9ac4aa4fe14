import { Bookmark, ChevronDown } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button } from '../../ui/Button.js';
import { Popover } from '../../ui/Popover.js';
import { useShortcuts } from '../../ui/useShortcuts.js';
import { useSearch } from '../../view/address.js';
import { useSavedViews } from './useSavedViews.js';
import styles from './ViewsMenu.module.css';
import type { Removed } from './ViewsPanel.js';
import { sameView } from './view-words.js';

const ViewsPanel = lazy(async () => {
  const { ViewsPanel: component } = await import('./ViewsPanel.js');
  return { default: component };
});

export interface ViewsMenuProps {
  /** The page on screen. */
  readonly page: string;
  readonly pathOf: (page: string) => string;
}

/** The saved views: which one is on screen, and all that can be done with them. */
export function ViewsMenu({ page, pathOf }: ViewsMenuProps) {
  const saved = useSavedViews();
  const search = useSearch();
  // Here, so that what was deleted can be had back after the menu was closed.
  const [removed, setRemoved] = useState<readonly Removed[]>([]);
  const shown = saved.views?.find((view) => view.page === page && sameView(view.search, search));
  useShortcuts([['v', () => document.querySelector<HTMLElement>('[data-views-menu]')?.click()]]);

  return (
    <Popover
      label="Saved views"
      align="end"
      trigger={({ onClick, ...props }) => (
        <Button
          data-views-menu
          aria-label={shown === undefined ? 'Saved views' : `Saved views: ${shown.name}`}
          title="Saved views (v)"
          className={styles.trigger ?? ''}
          onClick={() => {
            saved.again();
            onClick();
          }}
          {...props}
        >
          <Bookmark size={14} aria-hidden="true" data-shown={shown !== undefined || undefined} />
          <span className={styles.name}>{shown?.name ?? 'Views'}</span>
          <ChevronDown size={13} aria-hidden="true" className={styles.chevron} />
        </Button>
      )}
    >
      {(close) => (
        <Suspense fallback={<div className={styles.coming} role="status" aria-label="Loading saved views" />}>
          <ViewsPanel
            saved={saved}
            shownId={shown?.id ?? null}
            page={page}
            pathOf={pathOf}
            removed={removed}
            onRemoved={setRemoved}
            onOpen={close}
          />
        </Suspense>
      )}
    </Popover>
  );
}
