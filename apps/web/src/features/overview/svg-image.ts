/** What stands above a chart in its picture. */
export interface PictureTexts {
  readonly title: string;
  /** The window and the filter, a line each. */
  readonly lines: readonly string[];
}

/** Properties that a chart's look is made of; the rest comes from the page and means nothing in a file. */
const LOOKS = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-opacity',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
] as const;

const PADDING = 24;
const TITLE_SIZE = 17;
const LINE_SIZE = 12.5;
const LINE_HEIGHT = 18;
/** px of the picture for each px of the page. */
const SCALE = 2;
const SVG = 'http://www.w3.org/2000/svg';

/** A chart as a PNG, in the colours it has on the page, under its title. Rejects where the browser cannot draw it. */
export async function chartPicture(chart: SVGSVGElement, texts: PictureTexts): Promise<Blob> {
  const { width, height } = chart.getBoundingClientRect();
  const above = PADDING + TITLE_SIZE + 6 + texts.lines.length * LINE_HEIGHT + 10;
  const wide = Math.max(480, width) + 2 * PADDING;
  const tall = above + height + PADDING;
  const picture = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ xmlns: SVG, width: wide, height: tall })) {
    picture.setAttribute(name, String(value));
  }
  const copy = standalone(chart);
  copy.setAttribute('x', String(PADDING));
  copy.setAttribute('y', String(above));
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  picture.append(copy);

  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(wide * SCALE);
  canvas.height = Math.ceil(tall * SCALE);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('this browser draws no pictures');
  context.scale(SCALE, SCALE);
  const look = getComputedStyle(document.documentElement);
  const family = look.getPropertyValue('--font');
  context.fillStyle = look.getPropertyValue('--surface');
  context.fillRect(0, 0, wide, tall);
  context.fillStyle = look.getPropertyValue('--ink');
  context.textBaseline = 'top';
  context.font = `600 ${TITLE_SIZE}px ${family}`;
  context.fillText(texts.title, PADDING, PADDING, wide - 2 * PADDING);
  context.fillStyle = look.getPropertyValue('--ink-2');
  context.font = `${LINE_SIZE}px ${family}`;
  texts.lines.forEach((line, index) => {
    const y = PADDING + TITLE_SIZE + 8 + index * LINE_HEIGHT;
    context.fillText(line, PADDING, y, wide - 2 * PADDING);
  });
  context.drawImage(await imageOf(new XMLSerializer().serializeToString(picture)), 0, 0, wide, tall);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error('the picture is too large')) : resolve(blob)),
      'image/png',
    );
  });
}

/** A copy that looks the same without the page's styles. */
function standalone(chart: SVGSVGElement): SVGSVGElement {
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const originals = chart.querySelectorAll('*');
  copy.querySelectorAll('*').forEach((element, index) => {
    const original = originals[index];
    if (original === undefined) return;
    const look = getComputedStyle(original);
    for (const name of LOOKS) {
      const value = look.getPropertyValue(name);
      if (value !== '') element.setAttribute(name, value);
    }
    element.removeAttribute('class');
    element.removeAttribute('style');
    element.removeAttribute('href');
  });
  for (const title of copy.querySelectorAll('title')) title.remove();
  copy.removeAttribute('class');
  copy.removeAttribute('style');
  return copy;
}

function imageOf(svg: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new Error('the chart cannot be drawn outside the page'));
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  });
}
