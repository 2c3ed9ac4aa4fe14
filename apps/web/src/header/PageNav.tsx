import { PAGES, searchElsewhere, usePage } from '../routes.js';
import { useSearch } from '../view/address.js';
import styles from './PageNav.module.css';

/** From page to page, with the filter and the window that are on. */
export function PageNav() {
  const shown = usePage();
  const search = searchElsewhere(useSearch());
  return (
    <nav aria-label="Pages" className={styles.nav}>
      {PAGES.map(({ name, path, label, key, icon: Icon }) => (
        <a
          key={name}
          href={`${path}${search}`}
          aria-current={name === shown.name ? 'page' : undefined}
          title={`${label} (g ${key})`}
          className={styles.page}
        >
          <Icon size={14} aria-hidden="true" className={styles.icon} />
          <span className={styles.label}>{label}</span>
        </a>
      ))}
    </nav>
  );
}
