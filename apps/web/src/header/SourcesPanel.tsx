import type { Health } from '@vibrissa/protocol/messages';
import { Plus } from 'lucide-react';
import { formatCount } from '../ui/format.js';
import { SourceMark } from './SourceMark.js';
import styles from './SourcesPanel.module.css';
import { type SourceLine, senderLine, sourceLine } from './source-words.js';

export interface SourcesPanelProps {
  readonly health: Health;
  /** Asked to say how more can be connected. */
  readonly onConnect: () => void;
}

/** Each source and each sender: how it does, how much comes, how late, and what was lost. */
export function SourcesPanel({ health, onConnect }: SourcesPanelProps) {
  const { sources, agents, agentsConnected, agentsAway, now } = health;
  const unlisted = agentsConnected + agentsAway - agents.length;
  return (
    <div className={styles.panel}>
      {sources.length > 0 && (
        <Group title="Vibrissa follows" lines={sources.map((source) => sourceLine(source, now))} />
      )}
      {agents.length > 0 && (
        <Group title="Sending to Vibrissa" lines={agents.map((agent) => senderLine(agent, now))} />
      )}
      {unlisted > 0 && <p className={styles.note}>And {formatCount(unlisted)} more.</p>}
      {sources.length + agents.length === 0 && (
        <p className={styles.note}>Nothing has sent flows since the server started.</p>
      )}
      <button type="button" className={styles.connect} onClick={onConnect}>
        <Plus size={13} aria-hidden="true" />
        Connect a cluster
      </button>
    </div>
  );
}

function Group({ title, lines }: { readonly title: string; readonly lines: readonly SourceLine[] }) {
  return (
    <section className={styles.group}>
      <h3 className={styles.title}>{title}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line.key} className={styles.line} data-mood={line.mood}>
            <SourceMark mood={line.mood} />
            <span className={styles.name} title={line.name}>
              {line.name}
            </span>
            <span className={styles.kind}>{line.kind}</span>
            <span className={styles.rate}>{line.rate}</span>
            <p className={styles.state}>
              <b>{line.word}</b>
              {line.notes.length > 0 && (line.mood === 'live' ? ' · ' : ' ')}
              {line.notes.join(' · ')}
            </p>
            {line.loss !== '' && <p className={styles.loss}>{line.loss}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}
