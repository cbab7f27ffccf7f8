import { notFound } from '../http/api-error.ts';
import { type FaultSpec, parseFault, type ReadFault, type ReadMethod, type RestFault } from './fault-spec.ts';

/** A fault that was asked for, and what has become of it. */
export type FaultReport = FaultSpec & {
  readonly id: string;
  /** Calls that its target met. */
  readonly matched: number;
  /** Calls that it hit. */
  readonly fired: number;
};

interface Entry {
  readonly id: string;
  readonly spec: FaultSpec;
  readonly draw: () => number;
  readonly meets: (call: CallName) => boolean;
  matched: number;
  fired: number;
}

type CallName = ({ readonly rpc: ReadMethod } | { readonly method: string; readonly path: string }) & {
  readonly authorization: string | undefined;
};

/** A call of which a job's result, or the job, can be gone. */
const JOB_PATH = /^\/projects\/[^/]+\/(queries|jobs)\/[^/]+$/;

/** The faults that the server is to make. */
export class FaultBook {
  readonly #entries = new Map<string, Entry>();
  readonly #sleepers = new Set<() => void>();
  #closed = false;
  #nextId = 1;

  /** Takes a fault after all that are there; throws `invalid` when it is not one. */
  add(value: unknown): FaultReport {
    const spec = parseFault(value);
    const id = String(this.#nextId++);
    const entry = { id, spec, draw: generator(spec.seed ?? 1), meets: target(spec), matched: 0, fired: 0 };
    this.#entries.set(id, entry);
    return reportOf(entry);
  }

  list(): FaultReport[] {
    return [...this.#entries.values()].map(reportOf);
  }

  /** Takes back all, or one; throws `notFound` when there is none with that id. */
  clear(id?: string): void {
    if (id === undefined) this.#entries.clear();
    else if (!this.#entries.delete(id)) throw notFound(`Not found: fault ${id}`);
  }

  /** What is to happen to a REST call: it has waited for every latency, and of the rest the first that hits it remains. */
  async rest(method: string, path: string, authorization?: string): Promise<Exclude<RestFault, { kind: 'latency' }> | undefined> {
    return (await this.#take({ method, path, authorization })) as Exclude<RestFault, { kind: 'latency' }> | undefined;
  }

  /** The same for a call of the Storage Read API; a latency after batches is left to the caller. */
  async read(rpc: ReadMethod, authorization?: string): Promise<ReadFault | undefined> {
    return (await this.#take({ rpc, authorization })) as ReadFault | undefined;
  }

  /** Waits, but not beyond {@link close}. */
  sleep(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#sleepers.add(wake);
    });
  }

  /** Wakes every call that waits. */
  close(): void {
    this.#closed = true;
    for (const wake of this.#sleepers) wake();
  }

  async #take(call: CallName): Promise<FaultSpec | undefined> {
    for (const entry of this.#entries.values()) {
      const { spec } = entry;
      if (!entry.meets(call) || !hits(entry)) continue;
      if (spec.kind !== 'latency' || ('afterBatches' in spec && spec.afterBatches !== 0)) return spec;
      await this.sleep(spec.ms);
    }
    return undefined;
  }
}

function hits(entry: Entry): boolean {
  const { share } = entry.spec;
  const { count = share === undefined ? 1 : Infinity } = entry.spec;
  entry.matched += 1;
  if (entry.fired >= count || (share !== undefined && entry.draw() >= share)) return false;
  entry.fired += 1;
  return true;
}

function target(spec: FaultSpec): (call: CallName) => boolean {
  const carries = (call: CallName): boolean => spec.token === undefined || call.authorization === `Bearer ${spec.token}`;
  if ('rpc' in spec) return (call) => 'rpc' in call && call.rpc === spec.rpc && carries(call);
  const method = spec.method?.toUpperCase();
  const path = spec.path === undefined ? undefined : pattern(spec.path);
  return (call) =>
    'path' in call &&
    carries(call) &&
    (method === undefined || method === call.method) &&
    (path === undefined || path.test(call.path)) &&
    (spec.kind !== 'expire' || JOB_PATH.test(call.path));
}

function pattern(path: string): RegExp {
  const bare = path.replace(/^(\/upload)?\/bigquery\/v2(?=\/)/, '$1');
  const source = bare.replace(/\*\*|\*|[.+?^${}()|[\]\\]/g, (found) => ({ '**': '.*', '*': '[^/]*' })[found] ?? `\\${found}`);
  return new RegExp(`^${source}$`);
}

function reportOf({ id, spec, matched, fired }: Entry): FaultReport {
  return { ...spec, id, matched, fired };
}

/** Numbers from 0 to 1 that a seed fixes (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
