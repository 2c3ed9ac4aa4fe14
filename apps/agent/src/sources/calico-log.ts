import type { FlowSource } from './flow-source.js';
import { type FollowOptions, followFile } from './follow-file.js';

/** A Calico flow-log file, or any file of NDJSON records: the server tells the two formats apart. */
export function calicoLog(options: FollowOptions): FlowSource {
  return { name: options.path, pieces: (signal) => followFile(options, signal) };
}
