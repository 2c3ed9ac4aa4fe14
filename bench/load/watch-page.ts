import type { LiveMessage } from '@vibrissa/protocol/messages';

/** Runs in the page before its own code: notes frames, long tasks and the age of rows as they arrive. */
export function watchPage(): void {
  let frames: number[] = [];
  let longTasks: number[] = [];
  let latencies: number[] = [];
  let rows = 0;
  let reads = true;
  const lastSeen = new Map<number, number>();

  let last = performance.now();
  const frame = (now: number) => {
    frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(duration);
  }).observe({ type: 'longtask', buffered: true });

  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }) => note(String(data)));
    }
  };

  /** Parses what the page parses too, so it is stopped where the page's own work is measured. */
  function note(text: string): void {
    if (!reads || !text.startsWith('{"type":"rows"')) return;
    const message: LiveMessage = JSON.parse(text);
    if (message.type !== 'rows') return;
    for (const [id, seen] of message.rows) {
      const isNews = seen > (lastSeen.get(id) ?? 0);
      lastSeen.set(id, seen);
      if (message.phase === 'snapshot') continue;
      rows++;
      if (isNews && rows % 20 === 0) latencies.push(Date.now() - seen);
    }
  }

  window.stopReading = () => {
    reads = false;
  };
  window.heldRows = () => lastSeen.size;
  window.takeDiary = () => {
    const diary = { frames, longTasks, latencies, rows };
    frames = [];
    longTasks = [];
    latencies = [];
    rows = 0;
    return diary;
  };
}
