import { Fragment } from 'react';
import styles from './CodeBlock.module.css';

export interface CodeBlockProps {
  readonly label: string;
  readonly code: string;
  readonly language: 'yaml' | 'json' | 'shell';
}

/** Code to read and copy. Wide lines scroll inside; by keyboard too, hence the tab stop. */
export function CodeBlock({ label, code, language }: CodeBlockProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section tabIndex={0} aria-label={label} className={styles.block}>
      <pre className={styles.code}>
        {language === 'yaml'
          ? code.split('\n').map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name and never move
              <Fragment key={index}>
                {index > 0 && '\n'}
                <YamlLine line={line} />
              </Fragment>
            ))
          : code}
      </pre>
    </section>
  );
}

/** Keys a little quieter than values: enough to read by. */
function YamlLine({ line }: { readonly line: string }) {
  const said = /^(\s*(?:- )*)([\w./-]+:)(.*)$/.exec(line);
  if (said === null) return line;
  const [, indent, key, rest] = said;
  return (
    <>
      {indent}
      <span className={styles.key}>{key}</span>
      {rest}
    </>
  );
}
