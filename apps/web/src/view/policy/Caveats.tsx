import styles from './Caveats.module.css';

/** What to know before applying a policy. */
export function Caveats({ items }: { readonly items: readonly string[] }) {
  if (items.length === 0) return null;
  return (
    <ul className={styles.list} aria-label="Before you apply it">
      {items.map((item) => (
        <li key={item} className={styles.item}>
          {item}
        </li>
      ))}
    </ul>
  );
}
