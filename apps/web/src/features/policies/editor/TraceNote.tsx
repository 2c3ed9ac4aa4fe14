import { endpointText } from '@vibrissa/model';
import type { WhatIfReply } from '@vibrissa/protocol/messages';
import { formatShort, plural } from '../../../ui/format.js';
import styles from './TraceNote.module.css';

const WORDS = { allow: 'allowed', deny: 'denied', unknown: 'not known' } as const;

/** What the data plane itself reports of staged policies, beside what the policies as they are known give. */
export function TraceNote({ traces }: { readonly traces: NonNullable<WhatIfReply['traces']> }) {
  const { denied, agreeing, differing, examples } = traces;
  return (
    <section className={styles.note} aria-label="By the reports of the data plane">
      <p>
        <b>
          {agreeing + differing === 0
            ? 'The data plane did not report what staged policies would do.'
            : differing === 0
              ? 'The data plane says the same.'
              : 'The data plane does not say the same of all.'}
        </b>{' '}
        {agreeing + differing > 0 && (
          <>
            In its reports {plural(denied, 'connection')} would be denied that {denied === 1 ? 'is' : 'are'}{' '}
            allowed today; {formatShort(agreeing)} are told alike
            {differing > 0 && `, ${formatShort(differing)} otherwise`}.
          </>
        )}
      </p>
      {examples.length > 0 && (
        <ul className={styles.examples}>
          {examples.map(({ source, dest, port, protocol, byTraces, byPolicies, reason }) => (
            <li key={JSON.stringify([source, dest, port, protocol])}>
              <p>
                {endpointText(source)} → {endpointText(dest)} {protocol} {port === 0 ? '' : port}
              </p>
              <p className={styles.reason}>
                reported as {WORDS[byTraces]}, by the policies {WORDS[byPolicies]}
                {reason !== '' && `: ${reason}`}
              </p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
