import styles from './App.module.css';
import { FlowsPage } from './features/flows/FlowsPage.js';
import { AppHeader } from './header/AppHeader.js';
import { DemoBanner } from './header/DemoBanner.js';

/** The shell around the page. */
export function App() {
  return (
    <div className={styles.app}>
      <AppHeader />
      <DemoBanner />
      <FlowsPage />
    </div>
  );
}
