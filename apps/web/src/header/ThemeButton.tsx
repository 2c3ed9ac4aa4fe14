import { Monitor, Moon, Sun } from 'lucide-react';
import { IconButton } from '../ui/IconButton.js';
import { setTheme, type Theme, useTheme } from '../ui/useTheme.js';

const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const WORD: Readonly<Record<Theme, string>> = {
  system: 'as the system',
  light: 'light',
  dark: 'dark',
};
const ICON = { system: Monitor, light: Sun, dark: Moon } as const;

/** System, light, dark, and around. */
export function ThemeButton() {
  const theme = useTheme();
  const Icon = ICON[theme];
  return (
    <IconButton
      label={`Theme: ${WORD[theme]}. Change to ${WORD[NEXT[theme]]}`}
      bordered
      onClick={() => setTheme(NEXT[theme])}
    >
      <Icon size={15} aria-hidden="true" />
    </IconButton>
  );
}
