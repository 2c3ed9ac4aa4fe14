import { useQuery } from '@tanstack/react-query';
import type { ApiFinding } from '@vibrissa/protocol/messages';
import { ChevronDown, TriangleAlert } from 'lucide-react';
import { lintQuery } from '../../../api/policy-queries.js';
import { plural } from '../../../ui/format.js';
import { Popover } from '../../../ui/Popover.js';
import { policyHref, policyText } from '../../../view/policy/policy-name.js';
import { useView } from '../../../view/useView.js';
import { useViewBounds } from '../../../view/useViewBounds.js';
import styles from './FindingsMenu.module.css';
import menu from './ProblemsMenu.module.css';

/** What is wrong with all policies, or looks so: the gravest first, each with a way to its policy. */
export function FindingsMenu({ count }: { readonly count: number }) {
  if (count === 0) return null;
  return (
    <Popover
      label="Findings"
      trigger={(props) => (
        <button type="button" className={menu.trigger} {...props}>
          <TriangleAlert size={12} aria-hidden="true" />
          {plural(count, 'finding')}
          <ChevronDown size={12} aria-hidden="true" />
        </button>
      )}
    >
      {(close) => <Findings close={close} />}
    </Popover>
  );
}

const GRAVITY: Readonly<Record<ApiFinding['severity'], number>> = { error: 0, warning: 1, hint: 2 };
/** A list that nobody reads to its end says as much by its number. */
const MOST = 100;

function Findings({ close }: { readonly close: () => void }) {
  const [view] = useView();
  const { bounds } = useViewBounds();
  const { data, error } = useQuery({ ...lintQuery({}, bounds), retry: false });
  if (error !== null) return <p className={styles.state}>They cannot be read: {error.message}</p>;
  if (data === undefined) return <p className={styles.state}>Looking through the policies…</p>;
  const findings = data.findings.toSorted((a, b) => GRAVITY[a.severity] - GRAVITY[b.severity]);
  return (
    <ul className={styles.list}>
      {findings.slice(0, MOST).map(({ severity, policy, message, remedy }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: findings have no name, and several may read alike
        <li key={at}>
          <a
            href={policyHref(view, policy)}
            className={styles.finding}
            data-severity={severity}
            onClick={close}
          >
            <span className={styles.policy}>
              {policyText(policy)}
              {severity !== 'hint' && <span> {severity}</span>}
            </span>
            <span>{message}</span>
            <span className={styles.remedy}>{remedy}</span>
          </a>
        </li>
      ))}
      {findings.length > MOST && <li className={styles.state}>and {findings.length - MOST} more</li>}
    </ul>
  );
}
