import { exactFilterFor, printFilter } from '@vibrissa/model';
import type { ConnectionQuestion } from '@vibrissa/protocol/messages';
import { DEFAULT_VIEW, type View, viewToUrl } from '../view-url.js';

/** The address of the flows that a filter leaves in the window of the view. */
export function flowsAddress(view: Pick<View, 'window'>, filter: string): string {
  return `/${viewToUrl({ ...DEFAULT_VIEW, window: view.window, filter })}`;
}

/** The filter for a connection and no other. */
export function pairFilter({ source, dest, port, protocol }: ConnectionQuestion): string {
  return printFilter(exactFilterFor({ source, dest, port, protocol }));
}

/** The address of a connection's own flows. */
export function pairAddress(view: Pick<View, 'window'>, pair: ConnectionQuestion): string {
  return flowsAddress(view, pairFilter(pair));
}
