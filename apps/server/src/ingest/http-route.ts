import type { IncomingMessage } from 'node:http';
import type { IngestResult } from '@vibrissa/protocol/messages';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Context } from '../context.js';
import { ErrorReplySchema } from '../error-schema.js';
import { RequestError } from '../errors.js';
import type { Take } from './accept-flows.js';
import { batchMeta } from './journal-lines.js';
import { readArray, readLines } from './read-lines.js';
import { unpack } from './unpack.js';

/** How many of a request's bad lines the reply lists. */
const LISTED_ERRORS = 100;

/** What a sender is told to wait while earlier flows are read back, s. */
const RESTORING_RETRY_S = 2;

const LineErrorSchema = Type.Object({
  line: Type.Integer(),
  field: Type.String(),
  reason: Type.String(),
  remedy: Type.String(),
});

const ResultSchema = Type.Object({
  accepted: Type.Integer(),
  rejected: Type.Integer(),
  duplicate: Type.Integer(),
  errors: Type.Array(LineErrorSchema),
});

/** A body that was unpacked and not yet read. */
interface Body {
  readonly bytes: Buffer;
  readonly isArray: boolean;
}

/**
 * `POST /api/v1/flows`: records as NDJSON or a JSON array, plain, gzip or br. A sender that may repeat itself
 * names itself and counts its requests (`x-vibrissa-agent`, `x-vibrissa-sequence`): a repeat counts nothing.
 */
export function ingestRoutes(app: FastifyInstance, context: Context): void {
  const { config, accept, agents, clock, journal, restore } = context;
  // Fastify's own reader of text/plain goes too: a page of another site may send that without asking first.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/x-ndjson', 'application/json'],
    async (request: FastifyRequest, payload: IncomingMessage) => {
      const { 'content-encoding': encoding, 'content-type': type = '' } = request.headers;
      const bytes = await unpack(payload, encoding, config.maxBodyBytes, config.maxUnpackedBytes);
      return { bytes, isArray: type.startsWith('application/json') } satisfies Body;
    },
  );
  app.post(
    '/api/v1/flows',
    {
      // The body is measured while it is read, so that a sender that is still sending gets an answer.
      bodyLimit: Number.MAX_SAFE_INTEGER,
      schema: {
        summary:
          'Take in flow records: ours, Calico flow logs or what Hubble exports, one a line or as an array',
        tags: ['ingest'],
        consumes: ['application/x-ndjson', 'application/json'],
        response: {
          200: ResultSchema,
          400: Type.Union([ResultSchema, ErrorReplySchema]),
          503: ErrorReplySchema,
        },
      },
    },
    async (request, reply): Promise<IngestResult> => {
      const body = request.body as Body | undefined;
      if (body === undefined) {
        throw new RequestError('empty', 400, 'the body is empty; send one record a line');
      }
      if (restore.progress !== null) {
        reply.header('retry-after', RESTORING_RETRY_S);
        throw new RequestError(
          'restoring',
          503,
          'the server is reading back what it knew before its restart; send this again in a few seconds',
        );
      }
      const text = body.bytes.toString('utf8');
      const read = (take: Take) =>
        body.isArray
          ? readArray(text, config.maxBatchRecords, take)
          : readLines(text, 0, config.maxBatchRecords, take);
      const sender = readSender(request);
      if (sender !== null && !agents.admit(sender.name, 'http', sender.sequence, 'http')) {
        agents.heard(sender.name, 0, 0, 'http');
        const repeat = read(() => null);
        // The first copy may still be on its way to the disk.
        await journal.flushed();
        return { accepted: 0, rejected: repeat.errors.length, duplicate: repeat.accepted, errors: [] };
      }
      const sentAt = Number(request.headers['x-vibrissa-sent-at']);
      const skewMs = Number.isFinite(sentAt) && sentAt > 0 ? clock.now() - sentAt : 0;
      const { accepted, errors, newestEnd } = accept.batch(skewMs, read);
      journal.append({
        kind: body.isArray ? 'array' : 'lines',
        meta:
          sender === null
            ? { skewMs }
            : batchMeta({ ...sender, kind: 'http', stream: 'http', dropped: 0, skewMs }),
        payload: body.bytes,
      });
      if (sender !== null) agents.heard(sender.name, accepted, skewMs, 'http', newestEnd);
      await journal.flushed();
      if (accepted === 0 && errors.length > 0) reply.code(400);
      return { accepted, rejected: errors.length, duplicate: 0, errors: errors.slice(0, LISTED_ERRORS) };
    },
  );
}

function readSender(request: FastifyRequest): { readonly name: string; readonly sequence: number } | null {
  const { 'x-vibrissa-agent': name, 'x-vibrissa-sequence': count } = request.headers;
  if (name === undefined && count === undefined) return null;
  const sequence = Number(count);
  if (typeof name !== 'string' || name.length > 253 || !Number.isSafeInteger(sequence) || sequence < 1) {
    throw new RequestError(
      'bad-sender',
      400,
      'x-vibrissa-agent (1 to 253 characters) and x-vibrissa-sequence (a whole number from 1) go together',
    );
  }
  return { name, sequence };
}
