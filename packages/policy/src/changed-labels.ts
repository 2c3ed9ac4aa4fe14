import type { Labels } from '@vibrissa/model';
import type { Connection, Party } from './connection.js';
import { labelsAt, type SeenConnection } from './seen-connection.js';
import { labelWords } from './selector-words.js';
import type { SideSteps } from './steps.js';
import { endNames } from './words.js';

/**
 * Labels that an end had when it was seen and has not now, where a verdict hangs on one of them: neither is
 * believed, so the verdict is open.
 */
export function changedLabels(
  seen: SeenConnection,
  connection: Connection,
  sides: readonly SideSteps[],
): readonly string[] {
  const doubts = sides
    .filter(({ verdict }) => verdict === 'unknown')
    .flatMap(({ cannotTell }) => cannotTell.flatMap(({ missing }) => missing));
  if (doubts.length === 0) return [];
  const names = endNames(seen.source, seen.dest);
  return (['source', 'dest'] as const).flatMap((end) => {
    const side = end === 'source' ? 'source' : 'destination';
    const asked = (key: string) =>
      doubts.some(
        (fact) => fact.includes(labelWords(key)) && (fact.includes(side) || fact.includes('endpoint')),
      );
    return changesOf(labelsAt(seen, end), connection[end], asked).map(
      (change) => `${names[end]} ${change}: what was seen is older than what is known of it.`,
    );
  });
}

function changesOf(observed: Labels, { labels }: Party, asked: (key: string) => boolean): readonly string[] {
  if (labels === undefined || labels === null) return [];
  return (observed ?? []).flatMap((label) => {
    const split = label.indexOf('=');
    const key = split < 0 ? label : label.slice(0, split);
    const had = split < 0 ? '' : label.slice(split + 1);
    const has = labels.get(key);
    if (has === had || !asked(key)) return [];
    return [
      `had ${key}=${had} when it was seen and has ${has === undefined ? 'no such label' : `${key}=${has}`} now`,
    ];
  });
}
