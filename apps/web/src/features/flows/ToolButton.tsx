import type { ComponentProps, ReactNode } from 'react';
import { Button } from '../../ui/Button.js';
import styles from './ToolButton.module.css';

export interface ToolButtonProps extends Omit<ComponentProps<'button'>, 'children'> {
  readonly label: string;
  readonly icon: ReactNode;
  /** What the tooltip adds to the label. */
  readonly hint?: string;
}

/** A button of the table's toolbar: icon and word, the icon alone where there is little room. */
export function ToolButton({ label, icon, hint, className, ...rest }: ToolButtonProps) {
  return (
    <Button
      kind="quiet"
      aria-label={label}
      title={hint ?? label}
      className={`${styles.tool} ${className ?? ''}`}
      {...rest}
    >
      {icon}
      <span className={styles.label}>{label}</span>
    </Button>
  );
}
