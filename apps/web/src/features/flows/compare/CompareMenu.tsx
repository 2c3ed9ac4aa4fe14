import { GitCompareArrows } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Popover } from '../../../ui/Popover.js';
import { useShortcuts } from '../../../ui/useShortcuts.js';
import { ToolButton } from '../ToolButton.js';
import styles from './CompareMenu.module.css';

const CompareChoices = lazy(async () => {
  const { CompareChoices: component } = await import('./CompareChoices.js');
  return { default: component };
});

/** What to compare the window with; it switches the table to what has changed. */
export function CompareMenu({ label = 'Compare' }: { readonly label?: string }) {
  useShortcuts([['c', () => document.querySelector<HTMLElement>('[data-compare-menu]')?.click()]]);
  return (
    <Popover
      label="Compare with"
      align="end"
      trigger={(props) => (
        <ToolButton
          {...props}
          data-compare-menu
          label={label}
          hint="Compare with another window (c)"
          icon={<GitCompareArrows size={14} aria-hidden="true" />}
        />
      )}
    >
      {(close) => (
        <Suspense fallback={<div className={styles.menu} />}>
          <CompareChoices onDone={close} />
        </Suspense>
      )}
    </Popover>
  );
}
