import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '@vibrissa/model';
import { pino } from 'pino';
import type { JournalEntry, OwnedJournal } from './journal.js';
import type { JournalPast } from './journal-past.js';
import { type JournalSettings, openJournal } from './open-journal.js';

/** A folder for one test, and what removes it. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'vibrissa-journal-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Opens a journal that keeps an hour in 1 GiB and syncs nothing, unless told otherwise. */
export function openTestJournal(
  data: string,
  clock: Clock,
  change: Partial<JournalSettings> = {},
): { readonly journal: OwnedJournal; readonly past: JournalPast } {
  return openJournal({
    data,
    clock,
    mostBytes: 2 ** 30,
    horizonMs: 3_600_000,
    bucketMs: 15_000,
    fsyncMs: null,
    head: () => clock.now(),
    log: pino({ level: 'silent' }),
    ...change,
  });
}

/** Everything a journal kept, with payloads as text. */
export async function readBack(past: JournalPast): Promise<(JournalEntry & { readonly at: number })[]> {
  const all: (JournalEntry & { readonly at: number })[] = [];
  for await (const { entries } of past.read()) {
    for (const { kind, meta, payload, at } of entries)
      all.push({ kind, meta, payload: payload.toString(), at });
  }
  return all;
}
