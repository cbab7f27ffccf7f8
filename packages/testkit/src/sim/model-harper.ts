import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

export interface Entry {
  readonly version: number;
  readonly origin: string;
  /** Undefined: deleted. */
  readonly value: unknown;
}

export interface Write {
  readonly table: string;
  readonly id: string;
  readonly value: unknown;
}

interface Transaction {
  readonly timestamp: number;
  readonly writes: readonly Write[];
}

const NO_ROWS = new Map<string, Entry>();

/**
 * From this many writes on a replica stores a transaction whole; Harper's own number is 100, and a schedule's commits are smaller by as much.
 * See `EXCLUSIVE_WRITES` of `@bqsync/harper`.
 */
export const EXCLUSIVE_WRITES = 25;
/** How often a replica drops a transaction of several writes that are fewer, and, in schedules that have it, one of any size. */
const DROPPED_SMALL = 0.3;
const DROPPED_ANY = 0.02;
/** So many neighbours of one write each a replica may have in hand together, and for so long: it stores them in any order. */
const IN_HAND = 8;
const IN_HAND_MS = 40;

export const STEP_MS = 0.001;
/** Near today's dates a double of milliseconds is exact to this. */
const FINEST_MS = 2 ** -12;

/** The smallest version from `wanted` on that replaces what is stored. */
export function versionAbove(wanted: number, stored: number): number {
  return wanted > stored ? wanted : stored + STEP_MS;
}

/** What one node has on its disk: its replica and the log of its own transactions. */
export class HarperNode {
  readonly name: string;
  readonly log: Transaction[] = [];
  /** How much of each origin's log has arrived. */
  readonly received = new Map<string, number>();
  /** Whether the process runs; the disk outlives it. */
  up = true;
  /** Whether it belongs to the cluster: not before it has joined, nor after it has left or lost its disk. */
  member = true;
  /** Nothing leaves or reaches the node until then. */
  cutUntilMs = 0;
  wallOffsetMs = 0;
  /** Versions of its transactions of one write: see {@link claim}. */
  readonly #versions = new Set<number>();
  /** Rows and records that it dropped with a transaction of {@link EXCLUSIVE_WRITES} or more, by table and id, with their versions. */
  readonly lost = new Map<string, number>();
  readonly #inHand = new Set<() => void>();
  readonly #tables = new Map<string, Map<string, Entry>>();

  constructor(name: string) {
    this.name = name;
  }

  table(name: string): Map<string, Entry> {
    let table = this.#tables.get(name);
    if (table === undefined) this.#tables.set(name, (table = new Map<string, Entry>()));
    return table;
  }

  hasTable(name: string): boolean {
    return this.#tables.has(name);
  }

  version(table: string, id: string): number {
    return this.#tables.get(table)?.get(id)?.version ?? 0;
  }

  /** Takes a transaction that has arrived in hand; calling what this returns stores it, at the latest when the node goes down. */
  receive(origin: string, transaction: Transaction): () => void {
    const store = (): void => {
      if (this.#inHand.delete(store)) this.apply(origin, transaction);
    };
    this.#inHand.add(store);
    return store;
  }

  get isIdle(): boolean {
    return this.#inHand.size === 0;
  }

  /** What has arrived is stored, in any order: a model of a node that dies later rather than in the middle. */
  storeAll(): void {
    for (const store of [...this.#inHand]) store();
  }

  /** The nearest version, from `wanted` upwards or downwards, that no transaction of one write of this node has. */
  claim(wanted: number, direction: 1 | -1 = 1): number {
    let version = wanted;
    while (this.#versions.has(version)) version += direction * FINEST_MS;
    this.#versions.add(version);
    return version;
  }

  lose({ timestamp, writes }: Transaction): void {
    for (const { table, id } of writes) {
      const key = `${table}/${id}`;
      this.lost.set(key, Math.max(timestamp, this.lost.get(key) ?? 0));
    }
  }

  /** Whether the newest version of a record that was sent here was dropped, and nothing newer has been stored since. */
  hasLost(table: string, id: string): boolean {
    const version = this.lost.get(`${table}/${id}`);
    return version !== undefined && this.version(table, id) < version;
  }

  retire(): void {
    this.member = false;
    this.up = false;
  }

  /** Takes over all that another node has, and how far that has come with each other. */
  clone(other: HarperNode): void {
    other.storeAll();
    for (const [name, rows] of other.#tables) this.#tables.set(name, new Map(rows));
    for (const [origin, count] of other.received) this.received.set(origin, count);
    this.received.set(other.name, other.log.length);
    this.received.delete(this.name);
    for (const [id, version] of other.lost) this.lost.set(id, version);
    this.member = true;
  }

  /** Last write wins by the transaction's time, of equal times the greater origin; what loses is dropped without a word. */
  apply(origin: string, { timestamp, writes }: Transaction): void {
    let name = '';
    let rows = NO_ROWS;
    for (const { table, id, value } of writes) {
      if (table !== name) {
        name = table;
        rows = this.table(table);
      }
      const stored = rows.get(id);
      if (stored !== undefined && (stored.version > timestamp || (stored.version === timestamp && stored.origin >= origin))) continue;
      rows.set(id, { version: timestamp, origin, value });
    }
  }
}

interface Sent {
  readonly transaction: Transaction;
  /** Of the log. */
  readonly entries: number;
}

/** Harper sends neighbours of one version in its log as one transaction. */
function sentAs(log: readonly Transaction[], at: number): Sent {
  const timestamp = log[at]?.timestamp ?? 0;
  let end = at + 1;
  while (log[end]?.timestamp === timestamp) end += 1;
  return { transaction: { timestamp, writes: log.slice(at, end).flatMap(({ writes }) => writes) }, entries: end - at };
}

/**
 * A cluster of Harper nodes: each has all rows, and sends its own transactions, in order, to each other. None passes on another's. As Harper 4.7.29
 * does, a replica stores neighbours of one write each in any order, and may drop a small transaction of several writes as a whole.
 */
export class ModelHarper {
  readonly nodes: readonly HarperNode[];
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #onApplied: (node: HarperNode) => void;
  /** Of its own, so that what is dropped changes nothing else of a schedule. */
  readonly #drops: Random;
  readonly #dropsAny: boolean;
  readonly #sending = new Set<string>();

  constructor(
    names: readonly string[],
    timeline: Timeline,
    random: Random,
    drops: { readonly random: Random; readonly ofAnySize: boolean },
    onApplied: (node: HarperNode) => void,
  ) {
    this.#drops = drops.random;
    this.#dropsAny = drops.ofAnySize;
    this.nodes = names.map((name) => new HarperNode(name));
    this.#timeline = timeline;
    this.#random = random;
    this.#onApplied = onApplied;
  }

  node(name: string): HarperNode {
    const node = this.nodes.find((each) => each.name === name);
    if (node === undefined) throw new RangeError(`there is no node ${name}`);
    return node;
  }

  commit(node: HarperNode, timestamp: number, writes: readonly Write[]): void {
    const transaction = { timestamp, writes };
    node.apply(node.name, transaction);
    if (this.nodes.length > 1) node.log.push(transaction);
    this.#onApplied(node);
    this.replicate();
  }

  /** A node that was away comes back: the others send what it missed. */
  comeBack(node: HarperNode): void {
    node.up = true;
  }

  /** Sets going what can go: after a commit, a start, the end of a cut. */
  replicate(): void {
    for (const from of this.nodes) for (const to of this.nodes) if (from !== to) this.#send(from, to);
  }

  /** Whether every node that can has all that the others that can have written. */
  get settled(): boolean {
    return this.nodes.every(
      (to) =>
        to.isIdle && this.nodes.every((from) => from === to || !from.up || !to.up || (to.received.get(from.name) ?? 0) === from.log.length),
    );
  }

  /** Whether a node has all that any other has written, those that are down or gone included. */
  hasAll(to: HarperNode): boolean {
    if (!to.isIdle) return false;
    return this.nodes.every((from) => from === to || (to.received.get(from.name) ?? 0) === from.log.length);
  }

  #send(from: HarperNode, to: HarperNode): void {
    const link = `${from.name}>${to.name}`;
    if (this.#sending.has(link) || (to.received.get(from.name) ?? 0) >= from.log.length || !from.up || !to.up) return;
    this.#sending.add(link);
    const clearMs = Math.max(this.#timeline.nowMs, from.cutUntilMs, to.cutUntilMs);
    const lagMs = this.#random.chance(0.05) ? this.#random.between(500, 3000) : this.#random.between(1, 100);
    this.#timeline.at(clearMs + lagMs, () => {
      this.#sending.delete(link);
      const blocked = !from.up || !to.up || Math.max(from.cutUntilMs, to.cutUntilMs) > this.#timeline.nowMs;
      const at = to.received.get(from.name) ?? 0;
      const transaction = from.log[at];
      if (!blocked && transaction !== undefined) this.#deliver(from, to, at, sentAs(from.log, at));
      this.#send(from, to);
    });
  }

  #deliver(from: HarperNode, to: HarperNode, at: number, { transaction, entries }: Sent): void {
    const { length } = transaction.writes;
    if (length === 1) {
      this.#deliverSingles(from, to, at);
      return;
    }
    to.received.set(from.name, at + entries);
    if (length < EXCLUSIVE_WRITES) {
      if (length > 0 && this.#drops.chance(DROPPED_SMALL)) return;
    } else if (this.#dropsAny && this.#drops.chance(DROPPED_ANY)) {
      to.lose(transaction);
      return;
    }
    to.apply(from.name, transaction);
    this.#onApplied(to);
  }

  #deliverSingles(from: HarperNode, to: HarperNode, at: number): void {
    const count = this.#drops.between(1, IN_HAND);
    let end = at;
    while (end < at + count && sentAs(from.log, end).transaction.writes.length === 1) end += 1;
    to.received.set(from.name, end);
    for (const single of from.log.slice(at, end)) {
      const store = to.receive(from.name, single);
      this.#timeline.after(this.#drops.next() * IN_HAND_MS, () => {
        store();
        this.#onApplied(to);
      });
    }
  }
}
