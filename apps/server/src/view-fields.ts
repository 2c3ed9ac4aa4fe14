import { Type } from 'typebox';

/** Bounds of saved views. */
export const VIEW_LIMITS = { views: 200, name: 80, search: 16_384 } as const;

/** How the id of a view is spelt: it stands in addresses. */
export const ViewId = Type.String({
  maxLength: 64,
  pattern: '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$',
  description: 'In addresses: small letters, digits and dashes.',
});

/** What a caller says of a view; the rest is the server's to add. */
export const viewFields = {
  name: Type.String({ minLength: 1, maxLength: VIEW_LIMITS.name, pattern: '\\S' }),
  page: Type.Union([
    Type.Literal('flows'),
    Type.Literal('overview'),
    Type.Literal('policies'),
    Type.Literal('recommend'),
  ]),
  search: Type.String({
    maxLength: VIEW_LIMITS.search,
    pattern: '^(?:\\?[^\\s#]*)?$',
    description: 'The query string of the page’s address, with its ?; or empty.',
  }),
};
