import { structuredPatch } from 'diff';
import type { Candidate } from './fix-candidate.js';
import { isSamePolicy, type PolicyEdit, policyNameText } from './policy-edit.js';
import type { Rulebook } from './rulebook.js';
import { writeYaml } from './write-yaml.js';

export interface FixText {
  /** What to apply; empty where nothing is put. */
  readonly yaml: string;
  /** Unified, without the lines that name files. */
  readonly diff: string;
}

/**
 * What edits make of a rulebook's YAML. Labels are shown as `shown` tells.
 * @throws PolicyNotWritableError, and RangeError for a selector that no text can say
 */
export function fixText(
  { policies }: Rulebook,
  edits: readonly PolicyEdit[],
  shown: readonly NonNullable<Candidate['shown']>[],
): FixText {
  const put = edits.filter((edit) => edit.op === 'put').map(({ policy }) => policy);
  const gone = edits
    .filter((edit) => edit.op === 'remove')
    .flatMap(({ policy }) => policies.filter((one) => isSamePolicy(one, policy)));
  const texts = [
    ...put.map((policy) => {
      const known = policies.filter((one) => isSamePolicy(one, policy));
      return { of: policyNameText(policy), before: writeYaml(known), after: writeYaml([policy]) };
    }),
    ...gone.map((policy) => ({ of: policyNameText(policy), before: writeYaml([policy]), after: '' })),
    ...shown,
  ];
  const diffs = texts.map(({ of, before, after }) => unifiedDiff(before, after, texts.length > 1 ? of : ''));
  return { yaml: writeYaml(put), diff: diffs.join('') };
}

/** The lines that tell two texts apart, with three around them; `of` is said at the head of each part. */
export function unifiedDiff(before: string, after: string, of = ''): string {
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: 3 });
  return hunks
    .map(({ oldStart, oldLines, newStart, newLines, lines }) => {
      // A hunk without lines on one side is counted from the line before it.
      const from = (start: number, count: number) => `${count === 0 ? start - 1 : start},${count}`;
      const head = `@@ -${from(oldStart, oldLines)} +${from(newStart, newLines)} @@${of === '' ? '' : ` ${of}`}`;
      return [head, ...lines, ''].join('\n');
    })
    .join('');
}
