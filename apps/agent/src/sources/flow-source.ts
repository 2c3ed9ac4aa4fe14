/** Where to go on in a file, and how to know that it is still the file. */
export interface Checkpoint {
  /** Decimal, as inodes may be larger than a number holds exactly. */
  readonly inode: string;
  /** Bytes read, up to the end of a line. */
  readonly offset: number;
  /** Lines read. */
  readonly line: number;
  /** Of the first bytes read: tells a file from another that took its inode or its place. */
  readonly headLength: number;
  readonly headCrc: number;
  /** Which source's place it is, when it is not the flow-log file's. */
  readonly source?: string;
}

/** Some lines that belong together. */
export interface Piece {
  readonly lines: readonly string[];
  /** The number of each line in its file, from 1. */
  readonly numbers: readonly number[];
  /** Where to go on once these lines are safe; null when there is no going back. */
  readonly checkpoint: Checkpoint | null;
}

/** Something that gives records, one a line. */
export interface FlowSource {
  /** As it appears in the log. */
  readonly name: string;
  /** The lines as they come; ends at the end of what there is to read, or soon after `signal`. */
  pieces(signal: AbortSignal): AsyncIterable<Piece>;
}
