export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** How much farther a step aside is than one ahead. */
const ASIDE = 3;

/** Which of the boxes lies next in an arrow's direction; -1 when none does. */
export function nextInDirection(from: Box, boxes: readonly Box[], key: string): number {
  const [x, y] = middle(from);
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, box] of boxes.entries()) {
    const [boxX, boxY] = middle(box);
    const across = key === 'ArrowLeft' || key === 'ArrowRight';
    const forward = key === 'ArrowRight' || key === 'ArrowDown' ? 1 : -1;
    const ahead = (across ? boxX - x : boxY - y) * forward;
    const aside = Math.abs(across ? boxY - y : boxX - x);
    const far = ahead + ASIDE * aside;
    if (ahead > 1 && far < least) [best, least] = [index, far];
  }
  return best;
}

function middle({ left, top, width, height }: Box): readonly [x: number, y: number] {
  return [left + width / 2, top + height / 2];
}

/** Moves the focus among the elements an arrow key may reach; false when there is nothing in its direction. */
export function moveFocus(elements: readonly HTMLElement[], key: string): boolean {
  const { activeElement } = document;
  if (!key.startsWith('Arrow') || activeElement === null) return false;
  const others = elements.filter((element) => element !== activeElement);
  const next = nextInDirection(
    activeElement.getBoundingClientRect(),
    others.map((element) => element.getBoundingClientRect()),
    key,
  );
  others[next]?.focus();
  return next >= 0;
}
