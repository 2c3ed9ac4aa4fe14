import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { millis } from '@vibrissa/model';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './ui/tokens.css';
import './ui/base.css';
import { App } from './App.js';
import { LiveStore } from './live/live-store.js';
import { reloadOnce } from './live/reload-once.js';
import { LiveProvider } from './live/useLiveFlows.js';
import { startTheme } from './ui/useTheme.js';

startTheme();

const store = new LiveStore({
  connect: () => new WebSocket(new URL('/api/v1/live', window.location.href)),
  clock: { now: () => millis(performance.timeOrigin + performance.now()) },
  after: (ms, task) => {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  reload: () => reloadOnce(window.sessionStorage, () => window.location.reload()),
});
store.open();
window.addEventListener('online', () => store.retryNow());

const queries = new QueryClient({ defaultOptions: { queries: { staleTime: 1_000, retry: 1 } } });

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LiveProvider value={store}>
        <App />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
);
