import { useEffect, useRef } from 'react';
import { PAGES, searchElsewhere, usePage } from '../routes.js';
import { useElementWidth } from '../ui/useElementWidth.js';
import { useSearch } from '../view/address.js';
import styles from './PageNav.module.css';

/** From page to page, with the filter and the window that are on. */
export function PageNav() {
  const shown = usePage();
  const nav = useRef<HTMLElement>(null);
  const search = searchElsewhere(useSearch());
  const width = useElementWidth(nav);
  // Where the names scroll, the one that is on stays in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is in sight changes with the width
  useEffect(() => {
    nav.current
      ?.querySelector(`[data-page="${shown.name}"]`)
      ?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [shown.name, width]);
  return (
    <nav ref={nav} aria-label="Pages" className={styles.nav}>
      {PAGES.map(({ name, path, label, key, icon: Icon }) => (
        <a
          key={name}
          data-page={name}
          href={`${path}${search}`}
          aria-current={name === shown.name ? 'page' : undefined}
          title={`${label} (g ${key})`}
          className={styles.page}
        >
          <Icon size={14} aria-hidden="true" className={styles.icon} />
          {label}
        </a>
      ))}
    </nav>
  );
}
