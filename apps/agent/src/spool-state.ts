import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { AgentError } from './errors.js';
import { ignoreMissing } from './sources/open-log.js';

const Whole = v.pipe(v.number(), v.integer(), v.minValue(0));

const CheckpointSchema = v.object({
  inode: v.string(),
  offset: Whole,
  line: Whole,
  headLength: Whole,
  headCrc: Whole,
  source: v.exactOptional(v.string()),
});

const StateSchema = v.object({
  version: v.literal(1),
  /** Names the numbering of batches. */
  stream: v.pipe(v.string(), v.minLength(1)),
  /** Batches up to this one are done with: taken by the server, or dropped. */
  passed: Whole,
  /** The last number given out. */
  last: Whole,
  /** Records dropped since the stream began. */
  dropped: Whole,
  checkpoint: v.union([v.null(), CheckpointSchema]),
  /** Places in other sources than the flow-log file, by the source's name. */
  others: v.exactOptional(v.record(v.string(), CheckpointSchema)),
});

/** What the spool remembers beside its batches. */
export type SpoolState = v.InferOutput<typeof StateSchema>;

const FILE = 'state.json';

/** The state in a folder; null in a new one. Throws AgentError `bad-spool` when it cannot be read. */
export async function readState(folder: string): Promise<SpoolState | null> {
  const path = join(folder, FILE);
  const text = await readFile(path, 'utf8').catch(ignoreMissing);
  if (text === null) return null;
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch {
    state = undefined;
  }
  if (v.is(StateSchema, state)) return state;
  throw new AgentError(
    'bad-spool',
    `${path} is not a spool's state; move the folder away to begin a new one`,
  );
}

/** Replaces the state at once or not at all, and returns when the disk has it. */
export async function writeState(folder: string, state: SpoolState): Promise<void> {
  const path = join(folder, FILE);
  const file = await open(`${path}.new`, 'w');
  try {
    await file.writeFile(JSON.stringify(state));
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
