import type { ReadProblem, WhatIfAnswer } from '@vibrissa/policy';
import type { PolicyChange } from '@vibrissa/protocol/messages';
import { useEffect, useRef, useState } from 'react';
import type { Bounds } from '../../../api/queries.js';
import { type KnownNames, NO_NAMES } from './known-names.js';
import type { TrialNews, TrialReading, TrialRequest } from './trial-messages.js';

/** What the page's own worker says of a change. */
export interface Trial {
  readonly names: KnownNames;
  /** Of the change typed last; null until it was read. */
  readonly reading: TrialReading | null;
  /** Whether `reading` is of the change on screen. */
  readonly isRead: boolean;
  /** Of the same change; null until it was tried, or where it is none. */
  readonly tried: { readonly answer: WhatIfAnswer; readonly tookMs: number } | null;
  /** Lines of the window that the page holds, of how many there are. */
  readonly held: { readonly lines: number; readonly total: number; readonly done: boolean };
  /** Why the worker cannot help; the server still may. */
  readonly failure: string | null;
}

export interface TrialAsked {
  /** The same object for as long as it is the same change. */
  readonly change: PolicyChange;
  /** The YAML as it is in force; null where it is to be looked up by what the change puts. */
  readonly base: string | null;
  readonly filter: string;
  readonly bounds: Bounds;
  /** Of what the server knows; null until that is known. */
  readonly version: number | null;
}

interface State {
  readonly names: KnownNames;
  readonly read: { readonly id: number; readonly reading: TrialReading } | null;
  readonly tried: { readonly id: number; readonly answer: WhatIfAnswer; readonly tookMs: number } | null;
  readonly held: Trial['held'];
  readonly failure: string | null;
}

const NOTHING_HELD = { lines: 0, total: 0, done: false };
const START: State = { names: NO_NAMES, read: null, tried: null, held: NOTHING_HELD, failure: null };

export const NO_PROBLEMS: readonly ReadProblem[] = [];

/** Tries a change in a worker of the page, as it is typed. */
export function useTrial({ change, base, filter, bounds, version }: TrialAsked): Trial {
  const [state, setState] = useState(START);
  const worker = useRef<Worker | null>(null);
  const asked = useRef(0);
  const [id, setId] = useState(0);

  useEffect(() => {
    const own = new Worker(new URL('./trial-worker.ts', import.meta.url), { type: 'module', name: 'trial' });
    own.onmessage = ({ data }: MessageEvent<TrialNews>) => setState((before) => after(before, data));
    own.onerror = () =>
      setState((before) => ({ ...before, failure: 'The browser could not start what tries changes.' }));
    worker.current = own;
    return () => {
      worker.current = null;
      own.terminate();
    };
  }, []);

  const { from, to } = bounds;

  useEffect(() => {
    if (version !== null) ask(worker.current, { type: 'know', version });
  }, [version]);
  useEffect(() => {
    ask(worker.current, { type: 'hold', filter, bounds: to === undefined ? { from } : { from, to } });
  }, [filter, from, to]);
  useEffect(() => {
    asked.current += 1;
    setId(asked.current);
    ask(worker.current, { type: 'try', id: asked.current, change, base });
  }, [change, base]);

  const { names, read, tried, held, failure } = state;
  return {
    names,
    reading: read?.reading ?? null,
    isRead: read?.id === id,
    tried: tried?.id === id ? tried : null,
    held,
    failure,
  };
}

function ask(worker: Worker | null, request: TrialRequest): void {
  worker?.postMessage(request);
}

function after(before: State, news: TrialNews): State {
  switch (news.type) {
    case 'known':
      return { ...before, names: news.names, failure: null };
    case 'held':
      return { ...before, held: news };
    case 'read':
      return { ...before, read: news };
    case 'tried':
      return { ...before, tried: news, failure: null };
    case 'failed':
      return { ...before, failure: news.message };
  }
}
