import {
  type FlowGroup,
  type FlowKey,
  type FlowRecord,
  foldFlows,
  fromRecord,
  groupKeyOf,
  type Mergeable,
  mergeFlows,
} from '@vibrissa/model';

/** Folds records of whatever time into the lines of the page: one for each pair, port and protocol. */
export class LineFolder {
  readonly #lines = new Map<string, Map<string, { readonly key: FlowKey; flow: Mergeable }>>();

  add(record: FlowRecord): void {
    const pair = JSON.stringify(groupKeyOf(record.key, 'connection'));
    let flows = this.#lines.get(pair);
    if (flows === undefined) {
      flows = new Map();
      this.#lines.set(pair, flows);
    }
    const text = JSON.stringify(record.key);
    const known = flows.get(text);
    if (known === undefined) flows.set(text, { key: record.key, flow: fromRecord(record) });
    else known.flow = mergeFlows(known.flow, fromRecord(record));
  }

  lines(): readonly FlowGroup[] {
    let id = 0;
    return [...this.#lines.values()].flatMap((flows) => {
      const own = [...flows.values()].map(({ key, flow }) => ({ ...flow, key, id: id++ }));
      const [first] = own;
      return first === undefined ? [] : [foldFlows(first.id, groupKeyOf(first.key, 'connection'), own)];
    });
  }
}
