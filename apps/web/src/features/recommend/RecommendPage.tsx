import { ShieldPlus } from 'lucide-react';
import { useState } from 'react';
import { useQuietStream } from '../../live/useQuietStream.js';
import { Button } from '../../ui/Button.js';
import { EmptyState } from '../../ui/EmptyState.js';
import { Segmented } from '../../ui/Segmented.js';
import { ReadingLine } from '../../view/ReadingLine.js';
import { TimeControl } from '../../view/time/TimeControl.js';
import { useView } from '../../view/useView.js';
import { Recommendations, useRecommendations } from './Recommendations.js';
import styles from './RecommendPage.module.css';
import { type Scope, scopeFrom, scopeText } from './recommend-scope.js';
import { recommendTaste } from './recommend-taste.js';
import { ScopeBar } from './ScopeBar.js';
import scopeStyles from './ScopeBar.module.css';
import { Templates } from './Templates.js';
import { useScopeHints } from './useScopeHints.js';

type Origin = 'learned' | 'template';

const ORIGINS = [
  { value: 'learned', label: 'From what was seen', title: 'The least that allows the flows of this window' },
  { value: 'template', label: 'From a template', title: 'A policy to begin with' },
] as const;

/** Writes policies: the least that was seen to be needed, or a template to begin with. */
export function RecommendPage() {
  useQuietStream();
  const [view, setView] = useView();
  const scope = scopeFrom(view.recommend);
  const [origin, setOrigin] = useState<Origin>('learned');
  const [taste, setTaste] = useState(recommendTaste.read);
  const [includeDenied, setIncludeDenied] = useState(false);
  const { namespaces, workloads } = useScopeHints(scope.namespace);
  const query = useRecommendations(scope, taste, includeDenied);
  const choose = (next: Scope) => setView({ recommend: scopeText(next) });
  const learns = origin === 'learned';

  return (
    <main className={styles.page}>
      <h1 className="visually-hidden">Recommend policies</h1>
      <section className={styles.bar} aria-label="What to write">
        <Segmented label="Where policies come from" value={origin} options={ORIGINS} onChange={setOrigin} />
        <div className={styles.time}>
          <TimeControl />
        </div>
      </section>
      <section className={styles.scope} aria-label="For whom">
        <ScopeBar
          scope={scope}
          onScope={choose}
          taste={taste}
          onTaste={(next) => {
            recommendTaste.write(next);
            setTaste(next);
          }}
          namespaces={namespaces}
          workloads={workloads}
          byWorkload={learns}
        >
          {learns && (
            <label className={scopeStyles.check} title="Off, a denied call is never learned as one to allow">
              <input
                type="checkbox"
                checked={includeDenied}
                onChange={(event) => setIncludeDenied(event.currentTarget.checked)}
              />
              Learn from denied flows too
            </label>
          )}
        </ScopeBar>
      </section>
      {learns && scope.namespace !== '' && <ReadingLine queries={[query]} />}
      <div className={styles.scroll}>
        <div className={styles.content}>
          {scope.namespace === '' ? (
            <Start namespaces={namespaces} onChoose={(namespace) => choose({ namespace, workload: '' })} />
          ) : learns ? (
            <Recommendations scope={scope} query={query} />
          ) : (
            <Templates namespace={scope.namespace} namespaces={namespaces ?? []} taste={taste} />
          )}
        </div>
      </div>
    </main>
  );
}

interface StartProps {
  readonly namespaces: readonly string[] | null;
  readonly onChoose: (namespace: string) => void;
}

/** The most namespaces that are offered as buttons; the list above has them all. */
const OFFERED = 24;

function Start({ namespaces, onChoose }: StartProps) {
  return (
    <EmptyState
      icon={<ShieldPlus size={22} />}
      title="Choose a namespace"
      actions={(namespaces ?? []).slice(0, OFFERED).map((name) => (
        <Button key={name} onClick={() => onChoose(name)}>
          {name}
        </Button>
      ))}
    >
      {namespaces !== null && namespaces.length === 0
        ? 'No namespace was seen in this window. Choose a longer one.'
        : 'Each of its workloads gets the least policy that allows what it was seen to do in this window.'}
    </EmptyState>
  );
}
