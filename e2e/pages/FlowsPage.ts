import { expect, type Locator, type Page } from '@playwright/test';

/** What a line of the table is told apart by; texts as they are on screen. */
export interface LineTexts {
  readonly source?: string;
  readonly dest?: string;
  readonly port?: number;
}

/** The flows page as its user finds it: by what things are called, never by how they are made. */
export class FlowsPage {
  readonly table: Locator;
  /** How many lines there are, and what narrows them. */
  readonly count: Locator;
  readonly details: Locator;
  /** What happened to the open flow, in a sentence. */
  readonly headline: Locator;
  readonly filter: Locator;
  /** The filter's clauses as chips. */
  readonly clauses: Locator;
  readonly liveChip: Locator;
  readonly demo: Locator;
  /** The changes that would let the open flow through, the least first. */
  readonly fixes: Locator;

  constructor(readonly page: Page) {
    this.table = page.getByRole('grid', { name: 'Flows' });
    const pane = page.getByRole('region', { name: 'Flows', exact: true });
    this.count = pane.getByRole('paragraph').filter({ hasText: /\d (connection|report|workload|namespace)/ });
    this.details = page.getByRole('complementary', { name: 'Flow details' });
    this.headline = this.details.getByRole('heading', { level: 2 }).first();
    this.filter = page.getByRole('combobox', { name: 'Filter' });
    this.clauses = page.getByRole('list', { name: 'Clauses of the filter' });
    this.liveChip = page.getByRole('button', { name: /^(Live|Paused|Reconnecting|Connecting)/ });
    this.demo = page.getByRole('complementary', { name: 'Demo', exact: true });
    const fixes = this.details.getByRole('list', { name: 'Changes, the least first' });
    this.fixes = fixes.locator(':scope > li');
  }

  /** Opens the page and waits for rows; `query` is what follows the `?`. */
  async open(query = ''): Promise<void> {
    await this.page.goto(query === '' ? '/' : `/?${query}`);
    await expect(this.lines().first()).toBeVisible();
  }

  /** Every line on screen, without the header. */
  lines(): Locator {
    return this.table.getByRole('rowgroup').getByRole('row');
  }

  /** The lines with these texts in these columns. */
  line({ source, dest, port }: LineTexts): Locator {
    let lines = this.lines();
    for (const [column, text] of [
      ['source', source],
      ['dest', dest],
      ['service', port === undefined ? undefined : new RegExp(`^${port}(?!\\d)`)],
    ] as const) {
      if (text === undefined) continue;
      const cell = this.page.locator(`[data-column="${column}"]`).filter({ hasText: text });
      lines = lines.filter({ has: cell });
    }
    return lines;
  }

  /** A cell of a line by its column's name in the markup. */
  cell(line: Locator, column: string): Locator {
    return line.locator(`[data-column="${column}"]`);
  }

  /** Opens a line by a click beside its values, which would filter. */
  async openLine(line: Locator): Promise<void> {
    await line.getByRole('gridcell').last().click();
    await expect(this.details).toBeVisible();
  }

  /** A click on a value in a line filters by it. */
  async filterByValue(line: Locator, value: string): Promise<void> {
    await line.getByRole('button', { name: value, exact: true }).first().click();
  }

  /** What policy did at one end of the open flow; as many as reports tell of. */
  side(title: string): Locator {
    const heading = this.page.getByRole('heading', { name: title, exact: true });
    return this.details.locator('section section').filter({ has: heading });
  }

  /** A part of the details that is closed until asked for. */
  part(title: string): Locator {
    const heading = this.page.getByRole('heading', { name: title, exact: true });
    return this.details.getByRole('group').filter({ has: heading });
  }

  /** Asks for what the known policies say of the open flow, by its key. */
  async openWhy(): Promise<Locator> {
    await this.page.keyboard.press('w');
    return this.part('Why, rule by rule');
  }

  /** What they say at one of its ends. */
  steps(title: string): Locator {
    const heading = this.page.getByRole('heading', { name: title, exact: true });
    return this.part('Why, rule by rule').locator('section').filter({ has: heading });
  }

  /** The value of a term in the details. */
  fact(term: string): Locator {
    return this.details.locator('dl > div').filter({ has: this.page.getByText(term, { exact: true }) });
  }

  quickFilter(name: string): Locator {
    const group = this.page.getByRole('group', { name: 'Quick filters' });
    return group.getByRole('button', { name: new RegExp(`^${name}`) });
  }

  /** What the filter's completion offers under this name. */
  completion(name: string): Locator {
    const list = this.page.getByRole('listbox', { name: 'Completions' });
    return list.getByRole('option').filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** A clause by the text that stands for it. */
  chip(text: string): Locator {
    return this.clauses.getByTitle(text, { exact: true });
  }

  /** The view as the address says it. */
  query(): URLSearchParams {
    return new URL(this.page.url()).searchParams;
  }
}
