import type { ComponentProps } from 'react';
import styles from './IconButton.module.css';

export interface IconButtonProps extends ComponentProps<'button'> {
  /** Names the button for those who do not see the icon, and in its tooltip. */
  readonly label: string;
  /** The key that does the same, shown in the tooltip. */
  readonly shortcut?: string;
  readonly bordered?: boolean;
}

/** A button that is only an icon. */
export function IconButton({
  label,
  shortcut,
  bordered = false,
  className,
  type = 'button',
  ...rest
}: IconButtonProps) {
  return (
    <button
      type={type}
      aria-label={label}
      title={shortcut === undefined ? label : `${label} (${shortcut})`}
      className={`${styles.button} ${bordered ? styles.bordered : ''} ${className ?? ''}`}
      {...rest}
    />
  );
}
