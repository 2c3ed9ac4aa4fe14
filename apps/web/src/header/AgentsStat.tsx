import type { AgentHealth, Health } from '@vibrissa/protocol/messages';
import { formatAge, formatCount, formatDuration, formatShort, plural } from '../ui/format.js';
import { Popover } from '../ui/Popover.js';
import styles from './Stat.module.css';

/** ms; below it a clock is as right as clocks are. */
const SKEW_WORTH_SAYING = 2_000;

/** How many agents are connected, and each of them on a click. */
export function AgentsStat({ health }: { readonly health: Health }) {
  const { agents, agentsConnected: connected, agentsAway: silent, now } = health;
  return (
    <Popover
      label="Agents"
      align="end"
      trigger={(props) => (
        <button type="button" className={styles.stat} {...props}>
          <b>{formatCount(connected)}</b> {connected === 1 ? 'agent' : 'agents'}
          {silent > 0 && <span className={styles.marked}> · {formatCount(silent)} away</span>}
        </button>
      )}
    >
      <div className={styles.panel}>
        <p className={styles.title}>{plural(connected, 'agent')} connected</p>
        {agents.length === 0 && (
          <p className={styles.note}>No agent has connected since the server started.</p>
        )}
        <ul>
          {agents.map((agent) => (
            <li key={agent.name} className={styles.agent}>
              <div className={styles.agentName}>
                <span>{agent.name}</span>
                <span>
                  {agent.connected ? `${formatShort(Math.round(agent.recordsPerSecond))}/s` : 'away'}
                </span>
              </div>
              <div className={styles.agentNote}>{noteOn(agent, now)}</div>
            </li>
          ))}
        </ul>
        {agents.length < connected + silent && (
          <p className={styles.note}>And {formatCount(connected + silent - agents.length)} more.</p>
        )}
      </div>
    </Popover>
  );
}

function noteOn(agent: AgentHealth, now: number): string {
  const notes: string[] = [];
  const age = formatAge(now - agent.lastSeen);
  notes.push(age === 'now' ? 'last report just now' : `last report ${age} ago`);
  if (Math.abs(agent.skewMs) >= SKEW_WORTH_SAYING) {
    notes.push(`clock ${formatDuration(Math.abs(agent.skewMs))} ${agent.skewMs > 0 ? 'behind' : 'ahead'}`);
  }
  if (agent.dropped > 0) notes.push(`${formatCount(agent.dropped)} records dropped`);
  return notes.join(', ');
}
