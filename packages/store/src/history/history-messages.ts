import { type Millis, UnknownFieldError } from '@vibrissa/model';
import type { FlowHistory, HistoryStatus, KnownKey } from '../flow-history.js';
import { BadCursorError } from '../flow-store.js';
import { HistoryError, type HistoryTrouble } from './history-error.js';
import type { LoadedColumns } from './loaded-columns.js';
import type { RecordPack } from './record-pack.js';
import type { WirePart } from './wire-part.js';

/** What is asked for and answered once. */
export type CallMethod = Exclude<
  keyof FlowHistory,
  'put' | 'tail' | 'onKnown' | 'status' | 'load' | 'records'
>;

/** What is answered piece by piece. */
export type StreamMethod = 'load' | 'records';

type Args<M extends CallMethod | StreamMethod> = FlowHistory[M] extends (...args: infer A) => unknown
  ? A
  : never;

/** The first argument of a method; the control that follows stays on its side. */
export type CallOf<M extends CallMethod | StreamMethod = CallMethod | StreamMethod> = {
  readonly [K in M]: {
    readonly method: K;
    readonly query: Args<K>[0];
    readonly path?: string;
    /** Of `reduce`: functions do not travel, so the thread begins it by its module. */
    readonly reduction?: { readonly module: string; readonly options: unknown };
  };
}[M];

/** From the client to the worker. */
export type Request =
  /** The thread may end: it is asked nothing any more. */
  | { readonly type: 'end' }
  | { readonly type: 'put'; readonly part: WirePart }
  | { readonly type: 'tail'; readonly part: WirePart | null }
  | {
      readonly type: 'call';
      readonly id: number;
      readonly call: CallOf<CallMethod>;
      readonly progress: boolean;
      /** The moment that is now for the query; null for the worker's own. */
      readonly now: Millis | null;
    }
  | {
      readonly type: 'stream';
      readonly id: number;
      readonly call: CallOf<StreamMethod>;
      readonly progress: boolean;
      /** The moment that is now for the query; null for the worker's own. */
      readonly now: Millis | null;
    }
  /** Asks a stream for its next piece. */
  | { readonly type: 'next'; readonly id: number }
  | { readonly type: 'abort'; readonly id: number };

/** From the worker to the client. */
export type Reply =
  | { readonly type: 'status'; readonly status: HistoryStatus }
  | { readonly type: 'known'; readonly known: readonly KnownKey[] }
  | { readonly type: 'progress'; readonly id: number; readonly done: number }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'piece'; readonly id: number; readonly piece: LoadedColumns | RecordPack }
  | { readonly type: 'end'; readonly id: number }
  | { readonly type: 'error'; readonly id: number; readonly error: ToldError };

/** An error on its way between threads, where classes and codes are lost. */
export interface ToldError {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
  /** Of an unknown field. */
  readonly field: string;
}

export function tellError(error: unknown): ToldError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: null, field: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  const field = error instanceof UnknownFieldError ? error.field : '';
  return { name: error.name, message: error.message, code, field };
}

/** The error as the class that callers tell apart. */
export function errorOf({ name, message, code, field }: ToldError): Error {
  if (code === 'bad-cursor') return new BadCursorError();
  if (code === 'unknown-field') return new UnknownFieldError(field);
  // The worker names only codes of this class so.
  if (name === 'HistoryError' && code !== null) return new HistoryError(code as HistoryTrouble, message);
  const error = new Error(message);
  error.name = name;
  return code === null ? error : Object.assign(error, { code });
}
