import { lazy, Suspense } from 'react';
import styles from './App.module.css';
import { FlowsPage } from './features/flows/FlowsPage.js';
import { useOpening } from './features/views/useOpening.js';
import { ViewNotice } from './features/views/ViewNotice.js';
import { AppHeader } from './header/AppHeader.js';
import { DemoBanner } from './header/DemoBanner.js';
import { ServerNotices } from './header/ServerNotices.js';
import { pathOf, useOwnLinks, usePage, usePageKeys } from './routes.js';
import { ErrorBoundary } from './ui/ErrorBoundary.js';
import { AppliedNotice } from './view/policy/AppliedNotice.js';

const Timeline = lazy(async () => {
  const { Timeline: component } = await import('./features/timeline/Timeline.js');
  return { default: component };
});
const OverviewPage = lazy(async () => {
  const { OverviewPage: component } = await import('./features/overview/OverviewPage.js');
  return { default: component };
});
const PoliciesPage = lazy(async () => {
  const { PoliciesPage: component } = await import('./features/policies/PoliciesPage.js');
  return { default: component };
});
const RecommendPage = lazy(async () => {
  const { RecommendPage: component } = await import('./features/recommend/RecommendPage.js');
  return { default: component };
});

/** The shell around the pages. */
export function App() {
  const page = usePage();
  usePageKeys();
  useOwnLinks();
  const { isOpening, problem, dismiss } = useOpening(pathOf);
  const coming = (
    <main className={styles.coming} aria-busy="true">
      <h1 className="visually-hidden">{page.label}</h1>
    </main>
  );
  return (
    <div className={styles.app}>
      <AppHeader />
      <ServerNotices />
      <DemoBanner />
      {problem !== null && <ViewNotice problem={problem} onDismiss={dismiss} />}
      <ErrorBoundary key={page.name}>
        {isOpening ? (
          coming
        ) : page.name === 'overview' ? (
          <Suspense fallback={coming}>
            <OverviewPage />
          </Suspense>
        ) : page.name === 'policies' ? (
          <Suspense fallback={coming}>
            <PoliciesPage />
          </Suspense>
        ) : page.name === 'recommend' ? (
          <Suspense fallback={coming}>
            <RecommendPage />
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
      <AppliedNotice />
    </div>
  );
}
