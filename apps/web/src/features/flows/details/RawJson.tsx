import type { ApiGroup } from '@vibrissa/protocol/messages';
import { useState } from 'react';
import { CodeBlock } from '../../../ui/CodeBlock.js';
import { CopyButton } from '../../../ui/CopyButton.js';
import { Disclosure } from '../../../ui/Disclosure.js';
import { plural } from '../../../ui/format.js';
import styles from './RawJson.module.css';

/** All that the API says of it, to the letter. */
export function RawJson({ group }: { readonly group: ApiGroup }) {
  return (
    <Disclosure title="Raw JSON" note={plural(group.flows?.length ?? 0, 'report')} frame>
      <Json group={group} />
    </Disclosure>
  );
}

function Json({ group }: { readonly group: ApiGroup }) {
  // Stands still while it is open, so that it can be read and selected.
  const [text] = useState(() => JSON.stringify(group, null, 2));
  return (
    <>
      <CodeBlock label="Raw JSON" code={text} language="json" />
      <div className={styles.foot}>
        <p className={styles.note}>As it was when you opened it.</p>
        <CopyButton label="Copy JSON" text={text} />
      </div>
    </>
  );
}
