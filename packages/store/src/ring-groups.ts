import { type Grouping, groupKeyOf } from '@vibrissa/model';
import { GroupTable } from './group-table.js';
import type { KeyTables } from './key-tables.js';
import { PagedFloats } from './paged.js';
import { NONE } from './slot-pool.js';

/**
 * The lines that flows fold into, at each grouping. A raw flow is a group of its own. Groups have an index,
 * which is reused, and an id, which never is.
 */
export class RingGroups {
  readonly #keys: KeyTables;
  readonly #flowIds = new PagedFloats(1);
  readonly #tables = new Map<Grouping, GroupTable>([['connection', new GroupTable()]]);
  readonly #tuple = new Uint32Array(4);
  #lastFlowId = 0;

  constructor(keys: KeyTables) {
    this.#keys = keys;
  }

  /** Takes a new flow into its group at every grouping. */
  add(key: number): void {
    this.#flowIds.reserve(key);
    this.#flowIds.set(key, 0, ++this.#lastFlowId);
    for (const [grouping, table] of this.#tables) this.#join(key, grouping, table);
  }

  remove(key: number): void {
    for (const [grouping, table] of this.#tables) {
      if (grouping !== 'connection') this.#count(table, key, (id) => this.#keys.endpointUses.drop(id));
      table.remove(key);
    }
    this.#flowIds.set(key, 0, 0);
  }

  /** One more than the largest group index, for walking all. */
  bound(grouping: Grouping): number {
    return grouping === 'flow' ? this.#keys.keys.bound : this.#table(grouping).bound;
  }

  size(grouping: Grouping): number {
    return grouping === 'flow' ? this.#keys.keys.size : this.#table(grouping).size;
  }

  /** The group that a flow is in. */
  of(key: number, grouping: Grouping): number {
    return grouping === 'flow' ? key : this.#table(grouping).groupOf(key);
  }

  /** The group's id; 0 when there is none at this index. */
  id(group: number, grouping: Grouping): number {
    return grouping === 'flow' ? this.#flowIds.get(group, 0) : this.#table(grouping).id(group);
  }

  /** The flows of a group, by index. */
  *members(group: number, grouping: Grouping): Generator<number> {
    if (grouping === 'flow') {
      yield group;
      return;
    }
    const table = this.#table(grouping);
    for (let key = table.first(group); key !== NONE; key = table.next(key)) yield key;
  }

  /** All flows, by index. */
  *flows(): Generator<number> {
    const { bound } = this.#keys.keys;
    for (let key = 0; key < bound; key++) if (this.#flowIds.get(key, 0) !== 0) yield key;
  }

  /** Tables of the coarse groupings are built when first asked for. */
  #table(grouping: Grouping): GroupTable {
    const known = this.#tables.get(grouping);
    if (known !== undefined) return known;
    const table = new GroupTable();
    for (const key of this.flows()) this.#join(key, grouping, table);
    this.#tables.set(grouping, table);
    return table;
  }

  #join(key: number, grouping: Grouping, table: GroupTable): void {
    if (grouping === 'connection') this.#keys.pairOf(key, this.#tuple);
    else {
      const group = groupKeyOf(this.#keys.read(key), grouping);
      this.#tuple[0] = this.#keys.endpointId(group.source);
      this.#tuple[1] = this.#keys.endpointId(group.dest);
      this.#tuple[2] = 0;
      this.#tuple[3] = 0;
    }
    table.add(key, this.#tuple);
    if (grouping !== 'connection') this.#count(table, key, (id) => this.#keys.endpointUses.use(id));
  }

  /** Coarse groups are named by endpoints of their own, which no key names. */
  #count(table: GroupTable, key: number, count: (endpoint: number) => void): void {
    const group = table.groupOf(key);
    count(table.word(group, 0));
    count(table.word(group, 1));
  }
}
