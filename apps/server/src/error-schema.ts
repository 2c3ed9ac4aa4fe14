import { Type } from 'typebox';

/** Every error reply, described for the OpenAPI document. */
export const ErrorReplySchema = Type.Object({
  error: Type.Object({
    code: Type.String(),
    message: Type.String(),
    span: Type.Optional(Type.Tuple([Type.Integer(), Type.Integer()])),
  }),
});
