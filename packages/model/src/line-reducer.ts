import type { FlowGroup } from './flow-group.js';

/** What a window comes down to, read line by line: any store can run it, wherever its lines are. */
export interface LineReducer<Result> {
  /**
   * The next lines, each given once and valid only during the call. `sparks`, where they were asked for, is parallel:
   * packets in each step of the window, oldest first.
   */
  add(lines: readonly FlowGroup[], sparks?: readonly (readonly number[])[]): void;
  /** What they come down to. Nothing is added afterwards. */
  result(): Result;
}
