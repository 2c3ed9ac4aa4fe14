import { lazy, Suspense } from 'react';
import styles from './App.module.css';
import { FlowsPage } from './features/flows/FlowsPage.js';
import { AppHeader } from './header/AppHeader.js';
import { DemoBanner } from './header/DemoBanner.js';
import { ServerNotices } from './header/ServerNotices.js';
import { useOwnLinks, usePage, usePageKeys } from './routes.js';
import { ErrorBoundary } from './ui/ErrorBoundary.js';

const Timeline = lazy(async () => {
  const { Timeline: component } = await import('./features/timeline/Timeline.js');
  return { default: component };
});
const OverviewPage = lazy(async () => {
  const { OverviewPage: component } = await import('./features/overview/OverviewPage.js');
  return { default: component };
});

/** The shell around the pages. */
export function App() {
  const page = usePage();
  usePageKeys();
  useOwnLinks();
  return (
    <div className={styles.app}>
      <AppHeader />
      <ServerNotices />
      <DemoBanner />
      <ErrorBoundary key={page.name}>
        {page.name === 'overview' ? (
          <Suspense fallback={<main className={styles.coming} aria-label={page.label} aria-busy="true" />}>
            <OverviewPage />
          </Suspense>
        ) : (
          <FlowsPage
            timeline={
              <Suspense fallback={null}>
                <Timeline />
              </Suspense>
            }
          />
        )}
      </ErrorBoundary>
    </div>
  );
}
