import type { AgentHealth, Health, SourceHealth } from '@vibrissa/protocol/messages';
import { formatAge, formatCount, formatDuration, formatShort, plural } from '../ui/format.js';

/** How a source does, as the eye is told: the shape follows from it. */
export type SourceMood = 'live' | 'trying' | 'failed' | 'away';

/** One source or sender in words. */
export interface SourceLine {
  readonly key: string;
  readonly name: string;
  readonly kind: string;
  readonly mood: SourceMood;
  /** Its state, in a word. */
  readonly word: string;
  /** Records a second; empty where nothing can come. */
  readonly rate: string;
  /** What to know of its state, in the order of its weight. */
  readonly notes: readonly string[];
  /** What it had to drop, or lost before it reached us; empty when that is nothing. */
  readonly loss: string;
}

/** ms; below it a clock is as right as clocks are. */
const SKEW_WORTH_SAYING = 2_000;

/** ms; what takes longer to connect is down. */
const CONNECTS_WITHIN = 5_000;

/** How many reasons for loss are named. */
const NAMED_REASONS = 3;

const KINDS = {
  hubble: 'Hubble',
  goldmane: 'Goldmane',
  agent: 'agent',
  felix: 'Felix',
  http: 'HTTP',
} as const;

const STATES = {
  live: { word: 'Live', mood: 'live' },
  connecting: { word: 'Connecting', mood: 'trying' },
  waiting: { word: 'Down', mood: 'trying' },
  failed: { word: 'Failed', mood: 'failed' },
} as const;

/** A source the server connects to. Times are by the server's clock, `now` too. */
export function sourceLine(source: SourceHealth, now: number): SourceLine {
  const { name, kind, target, state, detail, since, retryAt, nodes } = source;
  const { word, mood } = STATES[state];
  const notes: string[] = [];
  if (state === 'live') notes.push(...lagNotes(source));
  else notes.push(`for ${formatDuration(now - since)}`);
  if (retryAt !== null)
    notes.push(retryAt > now ? `next try in ${formatDuration(retryAt - now)}` : 'trying now');
  if (nodes !== null) notes.push(nodeWords(nodes));
  if (detail !== null) notes.push(detail);
  return {
    key: `${kind}/${name}/${target}`,
    name,
    kind: KINDS[kind],
    mood,
    word,
    rate: state === 'live' ? rateWords(source.recordsPerSecond) : '',
    notes,
    loss: source.lost === 0 ? '' : `${plural(source.lost, 'record')} lost${reasonWords(source.lostBy)}`,
  };
}

/** Whoever connects to the server. */
export function senderLine(agent: AgentHealth, now: number): SourceLine {
  const { name, kind, connected, lastSeen, skewMs, dropped } = agent;
  const age = formatAge(now - lastSeen);
  const notes = connected ? lagNotes(agent) : [`last report ${age === 'now' ? 'just now' : `${age} ago`}`];
  if (Math.abs(skewMs) >= SKEW_WORTH_SAYING) {
    notes.push(`clock ${formatDuration(Math.abs(skewMs))} ${skewMs > 0 ? 'behind' : 'ahead'}`);
  }
  return {
    key: `${kind}/${name}`,
    name,
    kind: KINDS[kind],
    mood: connected ? 'live' : 'away',
    word: connected ? 'Live' : 'Away',
    rate: connected ? rateWords(agent.recordsPerSecond) : '',
    notes,
    loss: dropped === 0 ? '' : `${plural(dropped, 'record')} dropped`,
  };
}

/** What the header says where there is room for a few words. */
export interface SourceSummary {
  /** `1 source · 24 agents`. */
  readonly parts: readonly (readonly [count: string, what: string])[];
  /** What is down, and must not be overlooked; empty when all is well. */
  readonly down: string;
  /** Senders that are away: they come and go. */
  readonly away: number;
}

export function summaryOf({ sources, agents, agentsConnected, agentsAway, now }: Health): SourceSummary {
  const down = sources.filter((source) => isDown(source, now));
  const [first] = down;
  const parts: (readonly [string, string])[] = [];
  if (sources.length > 0 && down.length < 2)
    parts.push([formatCount(sources.length), sources.length === 1 ? 'source' : 'sources']);
  if (agentsConnected + agentsAway > 0 || sources.length === 0) {
    const one = agents.some(({ kind }) => kind !== 'agent') ? 'sender' : 'agent';
    parts.push([formatCount(agentsConnected), agentsConnected === 1 ? one : `${one}s`]);
  }
  const who =
    down.length === 1 && first !== undefined ? first.name : `${down.length} of ${sources.length} sources`;
  return { parts, down: down.length === 0 ? '' : `${who} down`, away: agentsAway };
}

/** A source that has only just begun to connect is not yet down. */
function isDown({ state, since }: SourceHealth, now: number): boolean {
  if (state === 'live') return false;
  return state !== 'connecting' || now - since > CONNECTS_WITHIN;
}

/** Where records come and none tells how late, as with those of the past, nothing is said. */
function lagNotes({ lagMs, recordsPerSecond }: Pick<SourceHealth, 'lagMs' | 'recordsPerSecond'>): string[] {
  if (lagMs !== null) return [`${formatDuration(lagMs)} behind`];
  return recordsPerSecond > 0 ? [] : ['idle'];
}

function rateWords(perSecond: number): string {
  if (perSecond > 0 && perSecond < 1) return '<1/s';
  return `${formatShort(Math.round(perSecond))}/s`;
}

function nodeWords({ connected, unavailable, gone }: NonNullable<SourceHealth['nodes']>): string {
  const away = unavailable + gone;
  const all = plural(connected + away, 'node');
  return away === 0 ? all : `${formatCount(away)} of ${all} away`;
}

function reasonWords(lostBy: SourceHealth['lostBy']): string {
  const reasons = Object.entries(lostBy).sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return '';
  const named = reasons
    .slice(0, NAMED_REASONS)
    .map(([reason, count]) => (reasons.length === 1 ? reason : `${reason} ${formatShort(count)}`));
  return `: ${named.join(', ')}${reasons.length > NAMED_REASONS ? ', …' : ''}`;
}
