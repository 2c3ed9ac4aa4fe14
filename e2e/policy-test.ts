import { DemoCluster } from './pages/DemoCluster.js';
import { PoliciesPage } from './pages/PoliciesPage.js';
import { PolicyEditor } from './pages/PolicyEditor.js';
import { RecommendPage } from './pages/RecommendPage.js';
import { test as base } from './test.js';

interface Fixtures {
  readonly policies: PoliciesPage;
  readonly editor: PolicyEditor;
  readonly recommend: RecommendPage;
  readonly cluster: DemoCluster;
}

/** The journeys' `test` for whoever reads, tries and writes policies. */
export const test = base.extend<Fixtures>({
  policies: ({ page }, use) => use(new PoliciesPage(page)),
  editor: ({ page }, use) => use(new PolicyEditor(page)),
  recommend: ({ page }, use) => use(new RecommendPage(page)),
  cluster: ({ page }, use) => use(new DemoCluster(page)),
});
