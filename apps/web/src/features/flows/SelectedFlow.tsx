import { X } from 'lucide-react';
import { lazy, Suspense, useRef } from 'react';
import type { Row } from '../../live/row.js';
import { useLiveFlows, useLiveStore } from '../../live/useLiveFlows.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { IconButton } from '../../ui/IconButton.js';
import { useView } from '../../view/useView.js';
import styles from './SelectedFlow.module.css';

const FlowDetails = lazy(async () => {
  const { FlowDetails: component } = await import('./details/FlowDetails.js');
  return { default: component };
});

const SelectedChange = lazy(async () => {
  const { SelectedChange: component } = await import('./compare/SelectedChange.js');
  return { default: component };
});

/** The open row beside the table. It stays open when its row leaves, with what was last known of it. */
export function SelectedFlow() {
  const store = useLiveStore();
  const { status } = useLiveFlows();
  const [view, setView] = useView();
  const last = useRef<Row | null>(null);
  const close = () => setView({ selected: null });

  if (view.selected === null) return null;
  if (view.compare !== null) {
    return (
      <aside className={styles.panel} aria-label="Flow details">
        <Suspense fallback={null}>
          <SelectedChange
            compare={view.compare}
            selected={view.selected}
            missing={<Missing loaded onClose={close} />}
            onClose={close}
          />
        </Suspense>
      </aside>
    );
  }
  const row = store.find(view.selected) ?? (last.current?.key === view.selected ? last.current : null);
  last.current = row;

  return (
    <aside className={styles.panel} aria-label="Flow details">
      {row === null ? (
        <Missing loaded={status.loaded} onClose={close} />
      ) : (
        <Suspense fallback={null}>
          <FlowDetails row={row} onClose={close} />
        </Suspense>
      )}
    </aside>
  );
}

function Missing({ loaded, onClose }: { readonly loaded: boolean; readonly onClose: () => void }) {
  if (!loaded) return null;
  return (
    <>
      <div className={styles.close}>
        <IconButton label="Close" shortcut="Esc" onClick={onClose}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      </div>
      <EmptyState title="This flow is not in view">
        It left the window, or the filter hides it. Widen the window or clear the filter to see it again.
      </EmptyState>
    </>
  );
}
