import { useSyncExternalStore } from 'react';
import { stored } from './stored.js';

export type Theme = 'system' | 'light' | 'dark';

const saved = stored<Theme>('vibrissa.theme', (found) =>
  found === 'light' || found === 'dark' ? found : 'system',
);
const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
let theme = saved.read();

function apply(): void {
  const dark = theme === 'system' ? systemDark.matches : theme === 'dark';
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

/** Puts the reader's theme on the page and keeps it in step with the system. Call once, before drawing. */
export function startTheme(): void {
  apply();
  systemDark.addEventListener('change', apply);
}

export function setTheme(next: Theme): void {
  theme = next;
  saved.write(next);
  apply();
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => theme,
  );
}
