/** A filter text that cannot be read: where (offsets into the text), why, and what was perhaps meant there. */
export class FilterSyntaxError extends Error {
  readonly code = 'filter-syntax';

  constructor(
    message: string,
    readonly from: number,
    readonly to: number,
    readonly suggestion: string | null = null,
  ) {
    super(message);
    this.name = 'FilterSyntaxError';
  }
}
