import { describeFilter } from '@vibrissa/model';
import { appliedFilter } from '../../view/filter-clauses.js';
import type { View } from '../../view/view-url.js';
import type { PictureTexts } from './svg-image.js';
import { momentText, stampText } from './time-axis.js';

/** What is said of every chart that is taken away: which time and which flows it is of. */
export interface Told {
  readonly from: number;
  readonly to: number;
  readonly texts: (title: string) => PictureTexts;
}

export function toldOf(view: Pick<View, 'filter' | 'disabled'>, from: number, to: number): Told {
  const words = describeFilter(appliedFilter(view.filter, view.disabled));
  const lines = [
    `${momentText(from)} to ${momentText(to)}`,
    `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
  ];
  return { from, to, texts: (title) => ({ title: `Vibrissa: ${title}`, lines }) };
}

export function fileNameOf(id: string, { from, to }: Told): string {
  return `vibrissa-${id}-${stampText(from)}-${stampText(to)}`;
}
