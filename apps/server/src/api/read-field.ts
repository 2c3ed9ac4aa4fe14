import { findField } from '@vibrissa/model';
import { RequestError } from '../errors.js';

/** The name of a field as the filter language has it. Throws RequestError where there is none. */
export function readField(text: string): string {
  const field = findField(text);
  if (field !== null && field !== undefined) return field.name;
  throw new RequestError(
    'unknown-field',
    400,
    `"${text}" is no field of the filter language; the page’s help lists them`,
  );
}
