import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button, type ButtonProps } from './Button.js';

export interface CopyButtonProps extends Pick<ButtonProps, 'kind'> {
  /** What the button says: `Copy YAML`. */
  readonly label: string;
  readonly text: string;
}

/** Copies a text and says so until it is left. */
export function CopyButton({ label, text, kind = 'plain' }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      // Without https, or when not allowed: the text stands beside the button to be selected by hand.
      setState('failed');
    }
  };
  const Icon = state === 'copied' ? Check : Copy;
  return (
    <Button
      kind={kind}
      aria-live="polite"
      onClick={() => void copy()}
      onBlur={() => setState('idle')}
      title={state === 'failed' ? 'The browser does not allow copying; select the text instead' : undefined}
    >
      <Icon size={13} aria-hidden="true" />
      {state === 'copied' ? 'Copied' : state === 'failed' ? 'Select it by hand' : label}
    </Button>
  );
}
