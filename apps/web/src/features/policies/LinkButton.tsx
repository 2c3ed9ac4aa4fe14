import type { ComponentProps } from 'react';
import button from '../../ui/Button.module.css';
import styles from './LinkButton.module.css';

export interface LinkButtonProps extends ComponentProps<'a'> {
  readonly kind?: 'plain' | 'primary' | 'quiet';
}

/** A link that looks like a button: it leads somewhere, and can be opened in another tab. */
export function LinkButton({ kind = 'plain', className, ...rest }: LinkButtonProps) {
  return <a className={`${button.button} ${button[kind]} ${styles.link} ${className ?? ''}`} {...rest} />;
}
