import type { ApiPolicySource, ApiProblem } from '@vibrissa/protocol/messages';
import { ChevronDown, TriangleAlert } from 'lucide-react';
import { formatDateTime, plural } from '../../../ui/format.js';
import { Popover } from '../../../ui/Popover.js';
import styles from './ProblemsMenu.module.css';

const SOURCES: Readonly<Record<ApiPolicySource['kind'], string>> = {
  demo: 'the simulated cluster',
  folder: 'a folder',
  kubernetes: 'the Kubernetes API',
};

/** Where the policies come from, and what of it could not be read. */
export function ProblemsMenu({ sources }: { readonly sources: readonly ApiPolicySource[] }) {
  if (sources.length === 0) return null;
  const problems = sources.reduce((all, source) => all + source.problems.length, 0);
  const failed = sources.some(({ state }) => state === 'failed');
  return (
    <Popover
      label="Where policies come from"
      trigger={(props) => (
        <button type="button" className={styles.trigger} {...props}>
          {(problems > 0 || failed) && <TriangleAlert size={12} aria-hidden="true" />}
          {problems > 0 ? plural(problems, 'problem') : `from ${sourceWords(sources)}`}
          <ChevronDown size={12} aria-hidden="true" />
        </button>
      )}
    >
      <div className={styles.panel}>
        {sources.map((source) => (
          <section key={`${source.kind} ${source.name}`} className={styles.source}>
            <h3 className={styles.name}>
              From {SOURCES[source.kind]}
              {source.kind !== 'demo' && <code>{source.name}</code>}
            </h3>
            <p className={styles.state}>{stateWords(source)}</p>
            {source.problems.length > 0 && (
              <ul className={styles.problems}>
                {source.problems.map((problem, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: two problems may read alike, and none is moved
                  <Problem key={at} problem={problem} />
                ))}
              </ul>
            )}
          </section>
        ))}
      </div>
    </Popover>
  );
}

function Problem({ problem }: { readonly problem: ApiProblem }) {
  const { file, line, document, path, severity, message } = problem;
  return (
    <li className={styles.problem} data-severity={severity}>
      <p className={styles.place}>
        {file}
        {line > 0 && `:${line}`}
        {line === 0 && document > 0 && `, document ${document}`}
        {path !== '' && <span> {path}</span>}
      </p>
      <p>
        {severity === 'warning' && 'Warning: '}
        {message}
      </p>
    </li>
  );
}

function sourceWords(sources: readonly ApiPolicySource[]): string {
  return [...new Set(sources.map(({ kind }) => SOURCES[kind]))].join(' and ');
}

function stateWords({ state, detail, readAt, problems }: ApiPolicySource): string {
  const when = readAt === null ? '' : ` Last read ${formatDateTime(readAt)}.`;
  if (state === 'loading') return `It is being read.${when}`;
  if (state === 'failed') return `${detail ?? 'It cannot be read.'}${when}`;
  return `${problems.length === 0 ? 'All of it was read.' : 'What could be read is on the board.'}${when}`;
}
