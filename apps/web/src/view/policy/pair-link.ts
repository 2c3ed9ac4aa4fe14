import { exactFilterFor, printFilter } from '@vibrissa/model';
import type { ConnectionQuestion } from '@vibrissa/protocol/messages';
import { DEFAULT_VIEW, type View, viewToUrl } from '../view-url.js';

/** The address of the flows that a filter leaves in the window of the view. */
export function flowsAddress(view: Pick<View, 'window'>, filter: string): string {
  return `/${viewToUrl({ ...DEFAULT_VIEW, window: view.window, filter })}`;
}

/** The address of a connection's own flows. */
export function pairAddress(
  view: Pick<View, 'window'>,
  { source, dest, port, protocol }: ConnectionQuestion,
): string {
  return flowsAddress(view, printFilter(exactFilterFor({ source, dest, port, protocol })));
}
