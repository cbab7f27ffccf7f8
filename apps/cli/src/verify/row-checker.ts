import {
  compileKey,
  formatInstant,
  type KeyBuilder,
  type Page,
  type RejectedRow,
  type Row,
  type TableDescription,
  type TableSpec,
  type TargetKey,
} from '@bqsync/core';
import { cursorInstant, quarantineId, type RowPlan, STATE_TABLES, SYNCED_AT, type TargetShape } from '@bqsync/harper';
import { type Operations, records, type StoredRecord, type TargetRef } from '../harper/operations.ts';
import { STATE_DATABASE } from '../harper/stored-progress.ts';
import { type RecordComparison, recordComparison } from './compare-record.ts';
import type { Alarms } from './alarms.ts';
import type { Coverage } from './coverage.ts';
import type { Day } from './days.ts';
import { type Examples, shownValue } from './examples.ts';
import type { KeySet } from './key-set.ts';
import { SEEN } from './key-states.ts';
import type { Retry } from './retry.ts';

/** Size of the answer to one lookup to aim at. */
const LOOKUP_BYTES = 4 * 1024 * 1024;
const MAX_LOOKUP_KEYS = 1_000;
/** Lookups under way at a time. */
const CONCURRENCY = 2;

export interface RowCheckerOptions {
  readonly operations: Operations;
  readonly target: TargetRef;
  readonly table: TableSpec;
  readonly description: TableDescription;
  readonly key: TargetKey;
  readonly plan: RowPlan;
  readonly shape: TargetShape;
  readonly keys: KeySet;
  readonly examples: Examples;
  readonly alarms: Alarms;
  readonly retry: Retry;
  readonly coverage: Coverage;
  /** Days whose source rows are read: rows of others are known to be equal. Absent: all are. */
  readonly isRead: ((day: Day) => boolean) | undefined;
  /** Of the source, as an instant's text. */
  readonly snapshot: string;
}

interface Wanted {
  readonly key: string;
  readonly record: StoredRecord;
  readonly cursor: string | null;
}

/** Looks source rows up in the target and marks in `keys` what was found. */
export class RowChecker {
  readonly #options: RowCheckerOptions;
  readonly #keyOf: KeyBuilder;
  readonly #comparison: RecordComparison;
  #rows = 0;
  #keyless = 0;

  constructor(options: RowCheckerOptions) {
    this.#options = options;
    this.#keyOf = compileKey(options.key, options.description.columns);
    this.#comparison = recordComparison(options.plan, options.shape);
  }

  /** Source rows seen. */
  get rows(): number {
    return this.#rows;
  }
  /** Source rows without a key, which are quarantined each. */
  get keyless(): number {
    return this.#keyless;
  }
  get coverage(): Coverage {
    return this.#options.coverage;
  }

  async check(page: Page): Promise<void> {
    this.#rows += page.rows.length;
    const wanted: Wanted[] = [];
    for (const [at, row] of page.rows.entries()) {
      const expected = row === undefined ? page.rejected.get(at) : this.#expect(row, page.ordinals?.[at], page.contents?.get(at));
      if (expected !== undefined && 'record' in expected) wanted.push(expected);
      else this.#quarantine(expected);
    }
    const size = lookupSize(page);
    const chunks: Wanted[][] = [];
    for (let at = 0; at < wanted.length; at += size) chunks.push(wanted.slice(at, at + size));
    const lanes = Array.from({ length: CONCURRENCY }, async () => {
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) await this.#lookUp(chunk);
    });
    await Promise.all(lanes);
  }

  /** The record that a row must be stored as, or why it cannot be stored. */
  #expect(row: Row, ordinal: number | undefined, content: string | undefined): Wanted | RejectedRow | undefined {
    const { plan, table, snapshot } = this.#options;
    const keyed = this.#keyOf(row, ordinal, content);
    if (!keyed.ok) return keyed.rejected;
    const cursor = row[table.cursorColumn];
    const rejected: RejectedRow[] = [];
    const text = typeof cursor === 'string' ? cursor : null;
    const record = plan.convert({ key: keyed.key, cursor: text, row }, snapshot, rejected);
    return record === undefined ? rejected[0] : { key: keyed.key, record, cursor: text };
  }

  #quarantine(rejected: RejectedRow | undefined): void {
    const { keys, examples } = this.#options;
    const key = rejected?.key;
    if (key === undefined) this.#keyless++;
    else keys.mark(key, SEEN.source | SEEN.quarantined);
    examples.add('quarantined', () => ({
      kind: 'quarantined',
      key: key ?? '(none)',
      reason: rejected === undefined ? 'the row could not be decoded' : `${rejected.reason}: ${rejected.message}`,
    }));
  }

  async #lookUp(wanted: readonly Wanted[]): Promise<void> {
    const { operations, target, plan, retry, keys } = this.#options;
    const ids = [...new Set(wanted.map(({ key }) => key))];
    const stored = new Map<unknown, StoredRecord>();
    for (const record of await retry(() => operations.byKeys(target, ids))) stored.set(record[plan.primaryKey], record);
    const refused = await this.#refused(ids.filter((key) => !stored.has(key)));
    for (const row of wanted) {
      const found = stored.get(row.key);
      keys.mark(row.key, SEEN.source | (found === undefined ? this.#judgeMissing(row, refused) : this.#judgeStored(row, found)));
    }
  }

  #judgeMissing({ key, cursor }: Wanted, refused: ReadonlyMap<string, string>): number {
    const { coverage, examples, alarms } = this.#options;
    const reason = refused.get(key);
    if (reason !== undefined) {
      examples.add('quarantined', () => ({ kind: 'quarantined', key, reason }));
      return SEEN.quarantined;
    }
    const covered = coverage.covers(cursor);
    if (covered) alarms.addRow(key, dayOfText(cursor));
    const kind = covered ? 'missing' : 'pending';
    examples.add(kind, () => ({ kind, key }));
    return covered ? 0 : SEEN.uncovered;
  }

  #judgeStored({ key, record, cursor }: Wanted, stored: StoredRecord): number {
    const { coverage, examples, snapshot, plan, alarms, isRead } = this.#options;
    const names = this.#comparison.differing(record, stored);
    if (names.length === 0) return SEEN.stored | SEEN.equal;
    const syncedAt = stored[SYNCED_AT];
    const storedCursor = textOfCursor(plan, stored);
    const isElsewhere = isRead?.(dayOfText(storedCursor)) === false;
    if (isElsewhere && !this.#comparison.wins(record, stored)) return SEEN.stored | SEEN.equal | SEEN.elsewhere;
    let flags = SEEN.stored | (this.#comparison.wins(record, stored) ? SEEN.greater : 0);
    if (typeof syncedAt === 'string' && syncedAt > snapshot) flags |= SEEN.newer;
    else if (!coverage.covers(cursor)) flags |= SEEN.uncovered;
    const kind = (flags & (SEEN.newer | SEEN.uncovered)) === 0 ? 'different' : 'pending';
    if (kind === 'different') {
      // What is stored may lie on another day, from which it has to go.
      for (const at of [cursor, storedCursor]) alarms.addRow(key, dayOfText(at));
    }
    examples.add(kind, () => ({
      kind,
      key,
      fields: names.map((name) => ({ name, source: shownValue(record[name]), target: shownValue(stored[name]) })),
    }));
    return flags;
  }

  /** Of keys that are not stored: those that Harper refused by a rule of its own, with the reason that the plugin noted. */
  async #refused(missing: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const refused = new Map<string, string>();
    if (missing.length === 0) return refused;
    const { operations, table, retry } = this.#options;
    const keyOf = new Map(missing.map((key) => [quarantineId(table.id, { key, reason: '', message: '', sample: '' }), key]));
    const answer = await retry(() =>
      operations.call({
        operation: 'search_by_id',
        database: STATE_DATABASE,
        table: STATE_TABLES.audit,
        ids: [...keyOf.keys()],
        get_attributes: ['id', 'status', 'reason'],
      }),
    );
    if (answer === undefined) return refused;
    for (const { id, status, reason } of records(answer, 'search_by_id')) {
      const key = keyOf.get(String(id));
      if (key === undefined || status !== 'quarantined' || typeof reason !== 'string') continue;
      if (reason.startsWith('target-refused')) refused.set(key, reason);
    }
    return refused;
  }
}

/** Keys to ask for at once, so that an answer stays of a bearable size with rows of a megabyte too. */
function lookupSize({ bytes, rows }: Page): number {
  const rowBytes = Math.max(1, bytes / Math.max(1, rows.length));
  return Math.max(1, Math.min(MAX_LOOKUP_KEYS, Math.floor(LOOKUP_BYTES / rowBytes)));
}

/** The cursor column's text begins with the day, whatever its type. */
function dayOfText(cursor: string | null): string | null {
  return cursor === null ? null : cursor.slice(0, 10);
}

function textOfCursor(plan: RowPlan, record: StoredRecord): string | null {
  const at = cursorInstant(plan, record);
  return at === undefined ? null : formatInstant(at);
}
