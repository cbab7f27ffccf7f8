import type { HarperRuntime } from './harper-runtime.ts';

/** A store of Harper's in which replication keeps, per origin, up to where in that node's log it has received. */
interface SequenceStore {
  put?: (this: SequenceStore, key: unknown, value: unknown, ...rest: unknown[]) => unknown;
  get?: (key: unknown) => unknown;
  getKeys?: (options: { start: unknown; end: unknown }) => Iterable<unknown>;
}

type Guarded = SequenceStore & { [GUARDED]?: true };

/** Shared by all copies of this module in a thread: the plugin and an application may each have their own. */
const GUARDED = Symbol.for('bqsync.guard-sequence');
/** Harper's key of a record is this and the number of the origin. */
const SEQUENCE = Symbol.for('seq');
/** Ours: what the record may be set back to. */
const SAFE = Symbol.for('bqsync.seq');
const TICK_MS = 1_000;
/** How far before the first thing received a node asks again if it dies before anything has been held long enough. */
const FIRST_MARGIN_MS = 60_000;
/** A transaction that was received so many turns of the timer ago is stored. Turns, not seconds: a process that is stopped for a minute makes none. */
const TICKS_HELD = 20;

/**
 * Has replication record what is stored, not what has been received. Returns whether all databases are guarded: false on a Harper that keeps it in
 * another way, where nothing is changed. Call it again when there may be a new database; more than one call does nothing.
 *
 * Harper 4.7.29 applies up to 150 received transactions side by side and records the sequence of each as that one is stored, so the record passes
 * earlier ones that are not. A node that dies then asks for what comes after them: a replica killed while it received 6 tables lacked 129 rows for
 * good (test/replicas.harper.test.ts). Here each record is held back for some seconds, and a node that starts begins with the last one held back long
 * enough. What it receives twice has the version that is stored already: it is logged again, and changes no row.
 */
export function guardSequence(databases: HarperRuntime['databases']): boolean {
  const all = [...Object.values(databases), databases['system']];
  const stores = new Set(all.flatMap((tables) => Object.values(tables ?? {}).map((table) => table?.dbisDB as SequenceStore | undefined)));
  return [...stores].map(guard).every(Boolean);
}

function guard(store: SequenceStore | undefined): boolean {
  const shared = prototypeOf(store);
  const { put, get, getKeys } = store ?? {};
  if (store === undefined || shared === undefined || put === undefined || get === undefined || getKeys === undefined) return false;
  if (shared[GUARDED] === true) return true;
  shared[GUARDED] = true;
  const record = (key: unknown, value: unknown): Promise<unknown> =>
    Promise.all([put.call(store, [SEQUENCE, key], value), put.call(store, [SAFE, key], value)]);
  const held = new HeldSequences((key, value) => void record(key, value));
  shared.put = function (this: SequenceStore, key: unknown, value: unknown, ...rest: unknown[]): unknown {
    if (!Array.isArray(key) || key[0] !== SEQUENCE) return put.call(this, key, value, ...rest);
    const origin: unknown = key[1];
    const isFirst = get.call(store, [SAFE, origin]) === undefined;
    held.hold(origin, value);
    if (!isFirst) return Promise.resolve(true);
    // Without any record Harper would copy all tables again, and its copy lacks rows that are written meanwhile. One that is there stays.
    const known = get.call(store, [SEQUENCE, origin]) as Sequence | undefined;
    return record(origin, known !== undefined && known.seqId > 1 ? known : earlier(value as Sequence));
  };
  setInterval(() => {
    held.tick();
  }, TICK_MS).unref();
  // What was recorded before this thread was guarded may be ahead of what is stored.
  for (const key of [...(store.getKeys?.({ start: [SAFE], end: [SAFE, Buffer.from([255])] }) ?? [])]) {
    if (Array.isArray(key)) put.call(store, [SEQUENCE, key[1]], get.call(store, key));
  }
  return true;
}

function prototypeOf(store: SequenceStore | undefined): Guarded | undefined {
  let object: unknown = store;
  while (typeof object === 'object' && object !== null) {
    if (Object.hasOwn(object, 'put')) return object;
    object = Object.getPrototypeOf(object);
  }
  return undefined;
}

/** What Harper records: sequences are times of the sender's clock, in milliseconds. */
interface Sequence {
  readonly seqId: number;
  readonly nodes?: readonly { readonly id: number; readonly seqId: number }[];
}

function earlier({ seqId, nodes = [] }: Sequence): Sequence {
  // Below 2 it would mean a copy of everything.
  const before = (time: number): number => Math.max(2, time - FIRST_MARGIN_MS);
  return { seqId: before(seqId), nodes: nodes.map((node) => ({ id: node.id, seqId: before(node.seqId) })) };
}

interface Held {
  readonly tick: number;
  value: unknown;
}

/** Records by key, each written once it has been held for {@link TICKS_HELD} ticks. */
export class HeldSequences {
  readonly #write: (key: unknown, value: unknown) => void;
  readonly #held = new Map<unknown, Held[]>();
  #tick = 0;

  constructor(write: (key: unknown, value: unknown) => void) {
    this.#write = write;
  }

  hold(key: unknown, value: unknown): void {
    const queue = this.#held.get(key) ?? [];
    this.#held.set(key, queue);
    const last = queue.at(-1);
    if (last?.tick === this.#tick) last.value = value;
    else queue.push({ tick: this.#tick, value });
  }

  tick(): void {
    this.#tick++;
    for (const [key, queue] of this.#held) {
      const ripe = queue.filter(({ tick }) => tick + TICKS_HELD < this.#tick).at(-1);
      if (ripe === undefined) continue;
      this.#write(key, ripe.value);
      const rest = queue.filter(({ tick }) => tick > ripe.tick);
      if (rest.length > 0) this.#held.set(key, rest);
      else this.#held.delete(key);
    }
  }
}
