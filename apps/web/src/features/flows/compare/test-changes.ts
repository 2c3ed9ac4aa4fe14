import type { ApiChange, ApiGroup, ChangeKind } from '@vibrissa/protocol/messages';

/** A change from what was to what is, for tests. */
export function aChange(
  kind: ChangeKind,
  before: ApiGroup | null,
  now: ApiGroup | null,
  ratio: number | null = null,
): ApiChange {
  // biome-ignore lint/suspicious/noThenProperty: the contract's name; nothing awaits a change
  return { kind, now, then: before, ratio };
}
