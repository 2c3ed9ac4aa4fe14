import { ErrorReplySchema } from '../error-schema.js';

/** What any query may be answered with beside its reply, described for the OpenAPI document. */
export const errorReplies = {
  400: ErrorReplySchema,
  503: ErrorReplySchema,
  504: ErrorReplySchema,
};
