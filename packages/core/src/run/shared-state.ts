import { parseInstant } from '../plan/instant.ts';
import { openWriting, type Standing, staleHere, takeUp } from '../plan/takeover.ts';
import type { Clock } from '../ports/clock.ts';
import type { Membership } from '../ports/membership.ts';
import type { StateStore, TableProgress } from '../ports/state.ts';
import type { Micros } from '../ports/time.ts';
import { systemClock } from './system-clock.ts';

/** What another node lacks of a dead one's writing must be lacking for this long: it may only not have said that it has arrived. */
const GRACE_MS = 20_000;

export interface SharedStateOptions {
  /** This node's own records, and the others' as they have arrived here. */
  readonly state: StateStore;
  readonly membership: Membership;
  readonly clock?: Clock;
  readonly newWindowId?: () => string;
}

/**
 * The state of tables that several nodes may write: what an engine goes on from accounts for what the others wrote (rules R8 and R10).
 *
 * An engine that runs on it must be started again when {@link SharedState.isOutdated} says so: ask for each table that runs here, every second or so.
 */
export class SharedState {
  /** For the engine that runs a table. */
  readonly state: StateStore;
  readonly #options: SharedStateOptions;
  readonly #clock: Clock;
  /** What engines went on from and have not stored yet, with the `touched` that was stored then. */
  readonly #pending = new Map<string, { readonly progress: TableProgress | undefined; readonly touched: string | null }>();
  readonly #openSinceMs = new Map<string, number>();
  readonly #clearedAt = new Map<string, string>();

  constructor(options: SharedStateOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { state } = options;
    this.state = {
      isShared: true,
      loadProgress: (tableId) => this.#takeUp(tableId),
      loadIntent: (tableId) => this.#intent(tableId),
      loadUnits: (tableId, windowId, units) => state.loadUnits(tableId, windowId, units),
      saveIntent: (intent) => state.saveIntent(intent),
    };
  }

  /** Whether others wrote what the engine of this table does not account for, so that it must go on from further back. */
  async isOutdated(tableId: string): Promise<boolean> {
    const stored = await this.#standing(tableId);
    const pending = this.#pending.get(tableId);
    const isPending = pending !== undefined && pending.touched === (stored.own?.touched ?? null);
    if (!isPending) this.#pending.delete(tableId);
    const open = openWriting(isPending ? { ...stored, own: pending.progress } : stored);
    if (open !== 'elsewhere') this.#openSinceMs.delete(tableId);
    if (open === 'none') return false;
    if (open === 'here') return true;
    const now = this.#clock.monotonic();
    const since = this.#openSinceMs.get(tableId) ?? now;
    this.#openSinceMs.set(tableId, since);
    if (now - since < GRACE_MS) return false;
    this.#openSinceMs.delete(tableId);
    return true;
  }

  /**
   * Rows of an older life of the table may have arrived here since the last call: those synced before the instant returned must go. Ask on one
   * thread of each node, whoever runs the table, and call {@link SharedState.cleared} with `token` when it is done.
   */
  async staleBefore(tableId: string): Promise<{ readonly before: Micros; readonly token: string } | undefined> {
    const { state } = this.#options;
    const [own, here] = await Promise.all([state.loadProgress(tableId), state.loadElsewhere?.(tableId)]);
    if (here === undefined || here.size === 0) return undefined;
    const stale = staleHere({ own, here });
    const before = stale === undefined ? undefined : parseInstant(stale.before);
    if (stale === undefined || before === undefined) return undefined;
    const token = [stale.before, stale.cleared, (await state.arrivals?.(tableId, stale.writers)) ?? ''].join('/');
    return this.#clearedAt.get(tableId) === token ? undefined : { before, token };
  }

  cleared(tableId: string, token: string): void {
    this.#clearedAt.set(tableId, token);
  }

  async #takeUp(tableId: string): Promise<TableProgress | undefined> {
    const standing = await this.#standing(tableId);
    const progress = takeUp(standing);
    if (progress === standing.own) this.#pending.delete(tableId);
    else this.#pending.set(tableId, { progress, touched: standing.own?.touched ?? null });
    return progress;
  }

  /** After a progress was taken up that is not this node's own, a window of before does not go on: its snapshot may be older than what the others wrote. A repair that was asked for begins anew. */
  async #intent(tableId: string): ReturnType<StateStore['loadIntent']> {
    const { state, newWindowId } = this.#options;
    const intent = await state.loadIntent(tableId);
    if (intent === undefined || !this.#pending.has(tableId)) return intent;
    const windowId = newWindowId?.();
    if (intent.request.kind === 'repair' && windowId !== undefined) return { ...intent, request: { ...intent.request, windowId } };
    // Its epoch stands: a resync was asked for.
    return { ...intent, schemaHash: '' };
  }

  async #standing(tableId: string): Promise<Standing> {
    const { state, membership } = this.#options;
    const [own, here] = await Promise.all([
      state.loadProgress(tableId),
      state.loadElsewhere?.(tableId) ?? new Map<string, TableProgress>(),
    ]);
    return {
      self: membership.self,
      live: membership.live(),
      own,
      here,
      elsewhere: membership.viewsOf(tableId),
    };
  }
}
