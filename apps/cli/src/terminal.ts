/** Where a command prints and reads. */
export interface Terminal {
  /** What was asked for. */
  print(text: string): void;
  /** Everything else: what could not be read, and errors. */
  complain(text: string): void;
  readonly stdin: AsyncIterable<Uint8Array | string>;
}

/** How a command ends: all is well, it found what it was to look for, or it could not do its work. */
export const EXIT = { ok: 0, found: 1, failed: 2 } as const;
