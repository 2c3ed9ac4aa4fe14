import { readFileSync, statSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ViewsReply } from '@vibrissa/protocol/messages';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { VIEW_LIMITS, ViewId, viewFields } from '../view-fields.js';

/** More than as many views as there may be can take. */
const MOST_BYTES = 8_388_608;

const ViewFile = Compile(
  Type.Object({
    version: Type.Literal(1),
    views: Type.Array(Type.Object({ id: ViewId, ...viewFields, savedAt: Type.Integer({ minimum: 0 }) }), {
      maxItems: VIEW_LIMITS.views,
    }),
    first: Type.Union([Type.String(), Type.Null()]),
  }),
);

/** What the views' file cannot be read as. */
export class ViewFileError extends Error {
  readonly code = 'bad-view-file';
}

/** Reads the views; none where the file is missing. Throws ViewFileError for any other file than ours. */
export function readViews(path: string): ViewsReply {
  const file = statSync(path, { throwIfNoEntry: false });
  if (file === undefined) return { views: [], first: null };
  if (file.size > MOST_BYTES) throw new ViewFileError(`it has more than ${MOST_BYTES} bytes`);
  const { views, first } = parse(readFileSync(path, 'utf8'));
  return { views, first: views.some(({ id }) => id === first) ? first : null };
}

/** Writes the views beside the file and then in its place: a power cut leaves the old or the new ones, never half. */
export async function writeViews(path: string, { views, first }: ViewsReply): Promise<void> {
  const fresh = `${path}.new`;
  const file = await open(fresh, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ version: 1, views, first }, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Moves a file that cannot be read out of the way; resolves with its new path. */
export async function putAside(path: string, now: number): Promise<string> {
  const stamp = new Date(now).toISOString().replaceAll(/[:.]/g, '-');
  const aside = join(dirname(path), `views-unreadable-${stamp}.json`);
  await rename(path, aside);
  return aside;
}

function parse(text: string): ViewsReply {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ViewFileError(error instanceof Error ? error.message : 'is not JSON');
  }
  if (!ViewFile.Check(value)) {
    const [problem] = ViewFile.Errors(value);
    throw new ViewFileError(`${problem?.instancePath || 'it'} ${problem?.message ?? 'is not as expected'}`);
  }
  const ids = new Set(value.views.map(({ id }) => id));
  if (ids.size < value.views.length) throw new ViewFileError('two views have one id');
  return value;
}
