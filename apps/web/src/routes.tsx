import { ChartNoAxesCombined, type LucideIcon, Rows3, ShieldCheck, ShieldPlus } from 'lucide-react';
import { useEffect } from 'react';
import { useKeySequences } from './ui/useKeySequences.js';
import { goTo, usePath } from './view/address.js';
import { viewFromUrl, viewToUrl } from './view/view-url.js';

export type PageName = 'flows' | 'overview' | 'policies' | 'recommend';

export interface Page {
  readonly name: PageName;
  readonly path: string;
  readonly label: string;
  /** Goes there after `g`. */
  readonly key: string;
  readonly icon: LucideIcon;
}

export const PAGES: readonly Page[] = [
  { name: 'flows', path: '/', label: 'Flows', key: 'f', icon: Rows3 },
  { name: 'overview', path: '/overview', label: 'Overview', key: 'o', icon: ChartNoAxesCombined },
  { name: 'policies', path: '/policies', label: 'Policies', key: 'p', icon: ShieldCheck },
  { name: 'recommend', path: '/recommend', label: 'Recommend', key: 'r', icon: ShieldPlus },
];

const [FLOWS] = PAGES as readonly [Page, ...Page[]];

/** The page on screen; the flows for an address that is no page's. */
export function usePage(): Page {
  const path = usePath();
  return PAGES.find((page) => page.path === path) ?? FLOWS;
}

/** Where a page by this name is; saved views name pages. The flows for a name that is none. */
export function pathOf(name: string): string {
  return (PAGES.find((page) => page.name === name) ?? FLOWS).path;
}

/** The query string for another page: what is filtered by and when, without what only one page has open. */
export function searchElsewhere(search: string): string {
  return viewToUrl({ ...viewFromUrl(search), policy: null, trial: null, recommend: null });
}

/** Names the page in the browser's tab, and lets `g` and its key go to each with the same filter and window. */
export function usePageKeys(): void {
  const page = usePage();
  useKeySequences(
    PAGES.map(({ key, path }) => ['g', key, () => goTo(`${path}${searchElsewhere(window.location.search)}`)]),
  );
  useEffect(() => {
    document.title = page.name === 'flows' ? 'Vibrissa' : `${page.label} · Vibrissa`;
  }, [page]);
}

/** Follows links from page to page without loading anew. All others, and clicks that open a tab, are the browser's. */
export function useOwnLinks(): void {
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0) return;
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      const address = event.target instanceof Element ? ownAddress(event.target.closest('a')) : null;
      if (address === null) return;
      event.preventDefault();
      goTo(address);
    };
    document.addEventListener('click', onClick);
    return () => document.removeEventListener('click', onClick);
  }, []);
}

/** Path and query of a link that leads to a page of ours. A link in a chart is SVG, and keeps its address elsewhere. */
function ownAddress(link: Element | null): string | null {
  if (link === null || link.hasAttribute('download') || link.hasAttribute('target')) return null;
  const href = link.getAttribute('href');
  if (href === null) return null;
  const { origin, pathname, search } = new URL(href, window.location.href);
  if (origin !== window.location.origin || !PAGES.some(({ path }) => path === pathname)) return null;
  return `${pathname}${search}`;
}
