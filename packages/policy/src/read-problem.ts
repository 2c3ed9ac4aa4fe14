/** Something in a file that is not as it must be. */
export interface ReadProblem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** Which of the file's documents, counted from 1; 0 for the file as a whole. */
  readonly document: number;
  /** Where in the document: `spec.ingress[0].ports[1]`; empty for all of it. */
  readonly path: string;
  /** Counted from 1; 0 when not known. */
  readonly line: number;
  /** What was expected, and what was found. */
  readonly message: string;
}

/** `shop.yaml:12 (document 2) spec.ingress[0].action: expected Allow, Deny, Log or Pass, found "Permit"`. */
export function problemText({ file, document, path, line, message }: ReadProblem): string {
  const place = `${file}${line === 0 ? '' : `:${line}`}${document === 0 ? '' : ` (document ${document})`}`;
  return path === '' ? `${place}: ${message}` : `${place} ${path}: ${message}`;
}
