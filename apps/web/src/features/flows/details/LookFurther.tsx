import type { Row } from '../../../live/row.js';
import { Button } from '../../../ui/Button.js';
import { Section } from '../../../ui/Section.js';
import { useView } from '../../../view/useView.js';
import { flowLinks, recommendLinks } from './flow-links.js';
import styles from './LookFurther.module.css';

/** Other flows to look at next; the row stays open meanwhile. */
export function LookFurther({ row }: { readonly row: Row }) {
  const [view, setView] = useView();
  return (
    <Section title="Look further">
      <div className={styles.links}>
        {flowLinks(row).map(({ label, title, filter }) => (
          <Button
            key={label}
            title={title}
            className={styles.link ?? ''}
            aria-pressed={view.filter === filter}
            onClick={() => setView({ filter, disabled: [] })}
          >
            <span className={styles.text}>{label}</span>
          </Button>
        ))}
        {recommendLinks(row, view).map(({ label, title, href }) => (
          <a key={href} href={href} title={title} className={styles.away}>
            <span className={styles.text}>{label}</span>
          </a>
        ))}
      </div>
    </Section>
  );
}
