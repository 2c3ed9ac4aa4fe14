import { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import { type Filter, parseFilter, printFilter } from '@vibrissa/model';
import type { Window } from '@vibrissa/store';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { openedHistory } from '../opened-history.js';
import { Queries } from '../queries.js';
import { errorReplies } from './error-replies.js';
import { ParquetFiles } from './export-parquet.js';
import { LINE_FORMATS, recordLines } from './export-records.js';
import { whileConnected } from './while-connected.js';
import { filterQuery, readWindow, windowQuery } from './window.js';

/** Exports at once; each may read everything that is kept. */
const AT_ONCE = 2;

/** How many more may wait. */
const WAITING = 4;

/** The longest that one export may take, however slowly it is read, ms. */
const MOST_MS = 3_600_000;

/** Pieces of text that are made ahead of the reader. */
const AHEAD = 4;

const Query = Type.Object({
  format: Type.Union([Type.Literal('ndjson'), Type.Literal('csv'), Type.Literal('parquet')], {
    description: 'ndjson can be sent to a server again and shows the same there; csv is for spreadsheets.',
  }),
  ...filterQuery,
  ...windowQuery,
});

/**
 * `GET /api/v1/export`: every record of a filtered window, one a flow and bucket. The reply's headers tell the filter
 * (percent-encoded) and the window. It is made as it is read, so memory stays the same however much there is.
 */
export function exportRoute(app: FastifyInstance, context: Context): void {
  const exports = new Queries({ mostMs: context.config.queryMs, atOnce: AT_ONCE, waiting: WAITING });
  const files = new ParquetFiles(context);
  const contents = new Set<Readable>();
  app.addHook('preClose', async () => {
    exports.close();
    for (const content of contents) content.destroy();
  });
  app.withTypeProvider<TypeBoxTypeProvider>().get(
    '/api/v1/export',
    {
      schema: {
        summary: 'All records of a window that match, as NDJSON, CSV or Parquet',
        description:
          'x-vibrissa-filter, x-vibrissa-from and x-vibrissa-to tell what was exported. A download that breaks off is incomplete: ask again.',
        tags: ['flows'],
        querystring: Query,
        response: { 200: Type.Unsafe<Readable>({ type: 'string', format: 'binary' }), ...errorReplies },
      },
    },
    async (request, reply) => {
      const { format } = request.query;
      const window = readWindow(request.query, context);
      const filter = parseFilter(request.query.filter);
      const query = { ...window, filter };
      const signal = whileConnected(reply);
      await openedHistory(context.flows, signal);
      if (format === 'parquet') {
        const work = { signal, past: true };
        const { rows, bytes, content } = await exports.run((control) => files.write(query, control), work);
        tell(reply, filter, window, format).header('x-vibrissa-rows', rows).header('content-length', bytes);
        return reply.type('application/vnd.apache.parquet').send(content);
      }
      const lines = LINE_FORMATS[format];
      const batches = exports.stream((control) => context.flows.records(query, control), signal);
      const pieces = recordLines(batches, lines);
      // What goes wrong before the first piece is an error reply like any other.
      const first = await pieces.next();
      const content = Readable.from(following(first, pieces), { highWaterMark: AHEAD });
      const limit = setTimeout(() => content.destroy(), MOST_MS);
      contents.add(content);
      content.once('close', () => {
        clearTimeout(limit);
        contents.delete(content);
      });
      return tell(reply, filter, window, format).type(lines.type).send(content);
    },
  );
}

async function* following(
  first: IteratorResult<string>,
  rest: AsyncGenerator<string>,
): AsyncGenerator<string> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function tell(reply: FastifyReply, filter: Filter, { from, to }: Window, format: string): FastifyReply {
  return reply
    .header(
      'content-disposition',
      `attachment; filename="vibrissa-flows-${stamp(from)}-${stamp(to)}.${format}"`,
    )
    .header('cache-control', 'no-store')
    .header('x-vibrissa-filter', encodeURI(printFilter(filter)))
    .header('x-vibrissa-from', from)
    .header('x-vibrissa-to', to);
}

/** `20261122T090000Z`. */
function stamp(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}
