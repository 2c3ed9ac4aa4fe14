import type { JudgedFixes, JudgeFixesOptions, WhatIfAnswer, WhatIfOptions } from '@vibrissa/policy';
import type { Reduction } from '@vibrissa/store';
import { begin as judgeFixes } from './reducers/judge-fixes.js';
import { type Learned, type LearnFrom, begin as learn } from './reducers/learn.js';
import { type BoardCount, type BoardOptions, begin as readBoard } from './reducers/read-board.js';
import { begin as tryChange } from './reducers/try-change.js';

export type { BoardCount, ObservedWorkload } from './reducers/read-board.js';

/** A thread of its own loads what this file is: the source in development and tests, else what was built. */
const ENDING = import.meta.url.endsWith('.ts') ? 'ts' : 'js';

/** What policies did in a window. */
export function boardReduction(options: BoardOptions): Reduction<BoardCount> {
  return { begin: () => readBoard(options), module: moduleOf('read-board'), options };
}

/** What a change would do to each line of a window. */
export function changeReduction(options: WhatIfOptions): Reduction<WhatIfAnswer> {
  return { begin: () => tryChange(options), module: moduleOf('try-change'), options };
}

/** Which of several fixes does the least else. */
export function fixesReduction(options: JudgeFixesOptions): Reduction<JudgedFixes> {
  return { begin: () => judgeFixes(options), module: moduleOf('judge-fixes'), options };
}

/** Policies from what was observed. */
export function learnReduction(options: LearnFrom): Reduction<Learned> {
  return { begin: () => learn(options), module: moduleOf('learn'), options };
}

function moduleOf(name: string): URL {
  return new URL(`./reducers/${name}.${ENDING}`, import.meta.url);
}
