import { DatabaseZap, TimerOff, TriangleAlert } from 'lucide-react';
import { useLiveStatus } from '../../live/useLiveFlows.js';
import { Button } from '../../ui/Button.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { codeTrouble } from '../../view/query-trouble.js';
import { lengthWords } from '../../view/time/when-words.js';
import { useView } from '../../view/useView.js';
import { DEFAULT_VIEW, type ViewWindow } from '../../view/view-url.js';

export interface QueryProblemProps {
  readonly code: string;
  readonly message: string;
  readonly onRetry: () => void;
}

/** Why a question has no answer, and the ways on from there. */
export function QueryProblem({ code, message: said, onRetry }: QueryProblemProps) {
  const { horizonMs } = useLiveStatus();
  const [view, setView] = useView();
  const { title } = codeTrouble(code, said);
  const message = sentence(said);
  const again = <Button onClick={onRetry}>Try again</Button>;
  if (code === 'filter-syntax') {
    return (
      <EmptyState icon={<TriangleAlert size={28} />} title={title}>
        {message}
      </EmptyState>
    );
  }
  if (code === 'history-unavailable') {
    return (
      <EmptyState
        icon={<DatabaseZap size={28} />}
        title={title}
        actions={
          <>
            <Button kind="primary" onClick={() => setView({ window: recent(horizonMs), compare: null })}>
              Show the last {lengthWords(recent(horizonMs))}
            </Button>
            {again}
          </>
        }
      >
        {message}
      </EmptyState>
    );
  }
  if (code === 'query-too-long') {
    const window = shorter(view.window);
    return (
      <EmptyState
        icon={<TimerOff size={28} />}
        title={title}
        actions={
          <>
            <Button kind="primary" onClick={() => setView({ window, play: null })}>
              Only the last {lengthWords(window)} of it
            </Button>
            {again}
          </>
        }
      >
        {message}
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<TriangleAlert size={28} />} title={title} actions={again}>
      {message}
    </EmptyState>
  );
}

/** What a server says in passing, as a sentence of its own. */
function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

function recent(horizonMs: number): ViewWindow {
  return horizonMs > 0 ? { kind: 'live', sinceMs: horizonMs } : DEFAULT_VIEW.window;
}

/** The last quarter of a window: less to read, and the part most looked for. */
function shorter(window: ViewWindow): ViewWindow {
  if (window.kind === 'live') return { kind: 'live', sinceMs: quarter(window.sinceMs) };
  return { kind: 'fixed', from: window.to - quarter(window.to - window.from), to: window.to };
}

function quarter(ms: number): number {
  return Math.max(60_000, Math.round(ms / 4 / 60_000) * 60_000);
}
