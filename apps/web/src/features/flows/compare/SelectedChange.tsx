import type { ApiGroup } from '@vibrissa/protocol/messages';
import type { ReactNode } from 'react';
import type { Row } from '../../../live/row.js';
import type { Span } from '../../../view/compare-span.js';
import type { ViewCompare } from '../../../view/view-url.js';
import { FlowDetails } from '../details/FlowDetails.js';
import { GivenWindowProvider } from '../details/shown-window.js';
import { BothWindows } from './BothWindows.js';
import { useComparison } from './useComparison.js';

export interface SelectedChangeProps {
  readonly compare: ViewCompare;
  readonly selected: string;
  /** In its place where it has not changed. */
  readonly missing: ReactNode;
  readonly onClose: () => void;
}

/** The open change: both windows' figures, then what happened in the window; in the base where it is gone since. */
export function SelectedChange({ compare, selected, missing, onClose }: SelectedChangeProps) {
  const { data, lines } = useComparison(compare);
  const line = lines.find(({ key }) => key === selected);
  if (data === undefined) return null;
  if (line === undefined) return missing;
  const span: Span = line.change.now === null ? data.base : data.window;
  const shown = {
    bounds: { from: span.from, to: span.to },
    refetch: false,
    live: false,
    streams: false,
  } as const;
  return (
    <GivenWindowProvider value={shown}>
      <FlowDetails
        row={rowOf(line.group, line.key)}
        lead={<BothWindows line={line} window={data.window} base={data.base} />}
        onClose={onClose}
      />
    </GivenWindowProvider>
  );
}

/** A line of the API as the details read it. */
function rowOf(group: ApiGroup, key: string): Row {
  const { pendingVerdict, flows: _, ...rest } = group;
  return {
    ...rest,
    key,
    reporter: null,
    pending: pendingVerdict,
    lossy: false,
    spark: [],
    sparkAt: 0,
    revision: 0,
    gone: false,
  };
}
