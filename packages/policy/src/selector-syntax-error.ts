/** A selector expression that does not parse. `position` counts characters from 0. */
export class SelectorSyntaxError extends Error {
  readonly code = 'SELECTOR_SYNTAX';

  constructor(
    message: string,
    readonly expression: string,
    readonly position: number,
  ) {
    super(`${message} at character ${position + 1}`);
    this.name = 'SelectorSyntaxError';
  }
}
