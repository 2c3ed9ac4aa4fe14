let context: CanvasRenderingContext2D | null | undefined;

/** px a text takes in the page's font; an estimate where there is no canvas to measure with. */
export function textWidth(text: string, font: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (!context) return text.length * 7;
  context.font = font;
  return context.measureText(text).width;
}

/** The text, shortened in its middle until it is no wider than `most` px: what tells names apart is at their ends. */
export function fitText(text: string, most: number, width: (text: string) => number): string {
  if (width(text) <= most) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (width(shortened(text, middle)) <= most) low = middle;
    else high = middle - 1;
  }
  return shortened(text, low);
}

function shortened(text: string, kept: number): string {
  const head = Math.ceil(kept * 0.6);
  return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
}
