import { type Endpoint, type Grouping, type PolicyHit, policyOf, workloadOf } from '@vibrissa/model';
import type { ApiChange, ApiGroup, ChangeKind } from '@vibrissa/protocol/messages';
import type { Span } from '../../../view/compare-span.js';
import type { Outcome } from '../../../view/outcome.js';
import { rowKeyText } from '../../../view/view-url.js';
import { outcomeOfGroup } from '../details/worst-first.js';

/** A change as a line of the list. */
export interface ChangeLine {
  /** Names the line as the table names its rows. */
  readonly key: string;
  readonly kind: ChangeKind;
  /** What there is of it, in the window if it is there at all. */
  readonly group: ApiGroup;
  readonly change: ApiChange;
  /** Null where there was nothing, and where there is nothing now. */
  readonly before: Outcome | null;
  readonly after: Outcome | null;
  /**
   * Of what is new or gone, the other side of it: the same two workloads on the same port, of pods that another rollout
   * made. To a reader it is one call, that may be denied since.
   */
  readonly twin: ApiGroup | null;
}

/** A change as a line; null where it has neither side. */
export function lineOf(change: ApiChange, grouping: Grouping): ChangeLine | null {
  const group = change.now ?? change.then;
  if (group === null) return null;
  const { source, dest, port, protocol } = group;
  // Raw reports on one pair differ in what policy said alone.
  const report = grouping === 'flow' ? String(group.id) : '';
  return {
    key: rowKeyText(source, dest, port, protocol, report),
    kind: change.kind,
    group,
    change,
    before: change.then === null ? null : outcomeOfGroup(change.then),
    after: change.now === null ? null : outcomeOfGroup(change.now),
    twin: null,
  };
}

/** All changes as lines, what is new next to what is gone where both are one call. */
export function linesOf(changes: readonly ApiChange[], grouping: Grouping): readonly ChangeLine[] {
  const lines = changes.flatMap((change) => lineOf(change, grouping) ?? []);
  // Reports of both ends are alike in all that a call is known by.
  if (grouping === 'flow') return lines;
  const calls = (kind: ChangeKind) =>
    new Map(lines.filter((line) => line.kind === kind).map(({ group }) => [callOf(group), group]));
  const [added, gone] = [calls('added'), calls('gone')];
  return lines.map((line) => {
    const others = line.kind === 'added' ? gone : line.kind === 'gone' ? added : null;
    return others === null ? line : { ...line, twin: others.get(callOf(line.group)) ?? null };
  });
}

/** What two lines have in common that are one call to a reader, whatever pods stand behind it. */
function callOf({ source, dest, port, protocol }: ApiGroup): string {
  const end = (endpoint: Endpoint) => [
    endpoint.kind,
    endpoint.namespace,
    workloadOf(endpoint),
    endpoint.address,
  ];
  return JSON.stringify([...end(source), ...end(dest), port, protocol]);
}

/** A part of the list; the first two are what a reader must not miss. */
export type PartName = 'denied' | 'addedDenied' | ChangeKind;

export interface Part {
  readonly name: PartName;
  readonly title: string;
  readonly lines: readonly ChangeLine[];
}

const TITLES: Readonly<Record<PartName, string>> = {
  denied: 'Was allowed, is denied since',
  addedDenied: 'New, and denied',
  verdict: 'Other changes of verdict',
  added: 'New',
  gone: 'Gone',
  volume: 'Far more or less traffic',
};

export const KIND_WORDS: Readonly<Record<ChangeKind, string>> = {
  verdict: 'Verdict changed',
  added: 'New',
  gone: 'Gone',
  volume: 'Volume',
};

/** Heaviest first among what a reader looks at first. */
const WEIGHT: Readonly<Record<Outcome, number>> = { deny: 0, stage: 1, allow: 2, unknown: 3 };

/** The lines part by part, without those that are empty; within a part the server's order, denied first. */
export function partsOf(lines: readonly ChangeLine[]): readonly Part[] {
  const names: readonly PartName[] = ['denied', 'addedDenied', 'verdict', 'added', 'gone', 'volume'];
  const weight = ({ after, before }: ChangeLine): number => WEIGHT[after ?? before ?? 'unknown'];
  return names
    .map((name) => ({
      name,
      title: TITLES[name],
      lines: lines.filter((line) => partOf(line) === name).sort((a, b) => weight(a) - weight(b)),
    }))
    .filter((part) => part.lines.length > 0);
}

function partOf({ kind, after, twin }: ChangeLine): PartName {
  if (after !== 'deny') return kind;
  const wasAllowed = twin !== null && outcomeOfGroup(twin) !== 'deny';
  if (kind === 'verdict' || (kind === 'added' && wasAllowed)) return 'denied';
  return kind === 'added' ? 'addedDenied' : kind;
}

const DONE: Readonly<Record<Outcome, string>> = {
  deny: 'denied',
  stage: 'allowed, would be denied',
  allow: 'allowed',
  unknown: 'of unknown verdict',
};

/** `allowed by allow-web`. */
function judged(group: ApiGroup): string {
  const outcome = outcomeOfGroup(group);
  const by = deciderName(outcome === 'stage' ? group.pendingDecidedBy : group.decidedBy);
  return by === '' ? DONE[outcome] : `${DONE[outcome]} by ${by}`;
}

/** The policy's name; the end of a tier, or nothing, where none is named. */
export function deciderName(hit: PolicyHit | null): string {
  if (hit === null) return '';
  const { name, kind, tier } = policyOf(hit);
  if (kind === 'Profile') return '';
  if (name !== '') return name;
  return tier === '' ? 'the default' : `the end of tier ${tier}`;
}

export interface ChangeText {
  readonly before: string;
  readonly after: string;
}

/** What a line was and what it is, as two parts of a sentence: `Was allowed by a`, `is denied by b`. */
export function changeText({ change, group, twin }: ChangeLine): ChangeText {
  const { kind, now, then, ratio } = change;
  if (twin !== null && kind === 'gone') {
    return { before: `Was ${judged(group)}`, after: `goes on ${podsOf(twin, group)}` };
  }
  if (twin !== null) {
    return judged(twin) === judged(group)
      ? { before: capital(judged(group)), after: `before ${podsOf(twin, group)}` }
      : { before: `Was ${judged(twin)} ${podsOf(twin, group)}`, after: `is ${judged(group)}` };
  }
  switch (kind) {
    case 'verdict':
      return {
        before: then === null ? '' : `Was ${judged(then)}`,
        after: now === null ? '' : `is ${judged(now)}`,
      };
    case 'added':
      return { before: 'Was not there', after: `is ${judged(group)}` };
    case 'gone':
      return { before: `Was ${judged(group)}`, after: 'is not there' };
    case 'volume':
      return { before: capital(judged(group)), after: ratioWords(ratio) };
  }
}

/** `from checkout-7d9f5c8b6d-*`: by which end a twin differs. */
export function podsOf(twin: ApiGroup, group: ApiGroup): string {
  if (twin.source.name !== group.source.name) return `from ${twin.source.name}`;
  return `to ${twin.dest.name}`;
}

/** `4.2 times as much`, `a 12th as much`. */
export function ratioWords(ratio: number | null): string {
  if (ratio === null || ratio === 1) return '';
  if (ratio <= 0) return 'nothing any more';
  return ratio > 1 ? `${digits(ratio)} times as much` : `1/${digits(1 / ratio)} as much`;
}

/** `×4.2`, `÷12`. */
export function ratioSign(ratio: number | null): string {
  if (ratio === null || ratio <= 0 || ratio === 1) return '';
  return ratio > 1 ? `×${digits(ratio)}` : `÷${digits(1 / ratio)}`;
}

function digits(value: number): string {
  return value < 9.95 ? String(Number(value.toFixed(1))) : Math.round(value).toLocaleString('en-US');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Since when a line has been denied: when the first report that denies it began, where that is after the base. An
 * older one may have paused, and then nothing is claimed.
 */
export function deniedSince({ change }: ChangeLine, base: Span): number | null {
  const reports = change.now?.flows?.filter(({ verdict }) => verdict === 'deny') ?? [];
  if (change.kind === 'volume' || reports.length === 0) return null;
  const since = Math.min(...reports.map(({ firstSeen }) => firstSeen));
  return since >= base.to ? since : null;
}
