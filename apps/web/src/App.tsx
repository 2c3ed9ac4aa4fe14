import { lazy, Suspense } from 'react';
import styles from './App.module.css';
import { FlowsPage } from './features/flows/FlowsPage.js';
import { AppHeader } from './header/AppHeader.js';
import { DemoBanner } from './header/DemoBanner.js';
import { ServerNotices } from './header/ServerNotices.js';
import { ErrorBoundary } from './ui/ErrorBoundary.js';

const Timeline = lazy(async () => {
  const { Timeline: component } = await import('./features/timeline/Timeline.js');
  return { default: component };
});

/** The shell around the page. */
export function App() {
  return (
    <div className={styles.app}>
      <AppHeader />
      <ServerNotices />
      <DemoBanner />
      <ErrorBoundary>
        <FlowsPage
          timeline={
            <Suspense fallback={null}>
              <Timeline />
            </Suspense>
          }
        />
      </ErrorBoundary>
    </div>
  );
}
