import { Check, Copy } from 'lucide-react';
import { Fragment, useState } from 'react';
import styles from './CopyLine.module.css';
import { IconButton } from './IconButton.js';

/** A line to be pasted elsewhere, with a button that copies it. */
export function CopyLine({ label, text }: { readonly label: string; readonly text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    setCopied(true);
  };
  return (
    <figure className={styles.line}>
      <figcaption className="visually-hidden">{label}</figcaption>
      <code className={styles.code}>
        {text.split(' ').map((word, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the words of a line do not move
          <Fragment key={at}>
            {at > 0 && ' '}
            <span className={styles.word}>{word}</span>
          </Fragment>
        ))}
      </code>
      <IconButton
        label={copied ? 'Copied' : 'Copy'}
        onClick={() => void copy()}
        onBlur={() => setCopied(false)}
      >
        {copied ? <Check size={14} aria-hidden="true" /> : <Copy size={14} aria-hidden="true" />}
      </IconButton>
    </figure>
  );
}
