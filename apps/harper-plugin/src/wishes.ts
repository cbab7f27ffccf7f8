import { STATE_TABLES } from '@bqsync/harper';
import { allRows, type HarperRow, numberOf, putAbove } from './harper.ts';

/** What an operator may ask for. Both are wishes that outlast restarts; nothing that is done once is ever stored here. */
export const WISHES = ['start', 'stop'] as const;
export type Action = (typeof WISHES)[number];

const TABLE = STATE_TABLES.control;
/** Speaks for every table without a row of its own. Not a valid table id. */
const ALL = '*';

/** What is wished for each table, as of one reading of SyncControl. Without any row everything runs. */
export class Wishes {
  readonly #rows: ReadonlyMap<string, Action>;
  readonly #version: number;

  private constructor(rows: readonly HarperRow[]) {
    const wishes = new Map<string, Action>();
    for (const row of rows) {
      const action = WISHES.find((known) => known === row['desired']);
      if (action !== undefined && typeof row['id'] === 'string') wishes.set(row['id'], action);
    }
    this.#rows = wishes;
    this.#version = Math.max(0, ...rows.map((row) => numberOf(row, 'version')));
  }

  static async load(): Promise<Wishes> {
    return new Wishes(await allRows(TABLE));
  }

  of(tableId: string): Action {
    return this.#rows.get(tableId) ?? this.#rows.get(ALL) ?? 'start';
  }

  get all(): Action {
    return this.#rows.get(ALL) ?? 'start';
  }

  /** Stores a wish for one table, or for all of them those with a wish of their own included. */
  async store(action: Action, tableId: string | undefined): Promise<void> {
    const ids = tableId === undefined ? new Set([ALL, ...this.#rows.keys()]) : [tableId];
    const updatedAt = new Date().toISOString();
    await putAbove(
      TABLE,
      [...ids].map((id) => ({ id, desired: action, updatedAt })),
      this.#version,
    );
  }
}
