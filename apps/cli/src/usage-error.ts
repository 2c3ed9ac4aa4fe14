/** What was asked for cannot be done as it was asked; the message says what to give instead. */
export class UsageError extends Error {
  readonly code = 'usage';

  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}
