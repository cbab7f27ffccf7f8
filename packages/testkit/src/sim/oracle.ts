import {
  type Batch,
  type CommitOutcome,
  compileCanonical,
  compileKey,
  cursorText,
  formatInstant,
  type KeyBuilder,
  parseInstant,
  type Row,
  type TableProgress,
  type TableSpec,
  type TargetKey,
  type Unit,
  type UnitProgress,
  watermarkOf,
} from '@bqsync/core';
import type { HarperNode } from './model-harper.ts';
import { idOf, type ModelBigQuery, type SourceRow } from './model-bigquery.ts';
import { isGreater, STATE, type TargetRow } from './sim-target.ts';

interface Expected {
  readonly cursor: string | null;
  readonly content: string;
}

interface Identity {
  readonly key: string | undefined;
  readonly content: string;
}

interface Compiled {
  readonly columns: number;
  readonly keyOf: KeyBuilder;
  readonly contentOf: (row: Row) => string;
  readonly known: Map<SourceRow, Identity>;
}

/** What must hold, and what was seen not to. */
export class Oracle {
  readonly violations: string[] = [];
  /** Whether the greatest row of each key is looked for where a replica claims it, or only some row. */
  versions = true;
  readonly #table: TableSpec;
  readonly #source: ModelBigQuery;
  readonly #key: TargetKey;
  #compiled: Compiled | undefined;
  #wanted: { readonly version: number; readonly rows: ReadonlyMap<string, Expected> } | undefined;
  readonly #checked = new Map<string, string>();

  constructor(table: TableSpec, source: ModelBigQuery, key: TargetKey) {
    this.#table = table;
    this.#source = source;
    this.#key = key;
  }

  violate(text: string): void {
    if (this.violations.length < 10) this.violations.push(text);
  }

  /** After each transaction on a replica: what its progress claims, it holds. Looks only where a window was completed since. */
  replicaChanged(node: HarperNode, nowMs: number): void {
    const progress = node.table(STATE.progress).get(this.#table.id)?.value as TableProgress | undefined;
    if (progress === undefined) return;
    const state = `${progress.generation}/${progress.completedWindowId ?? ''}/${String(progress.window === null)}`;
    if (this.#checked.get(node.name) === state) return;
    this.#checked.set(node.name, state);
    this.#checkClaims(node, progress, nowMs);
  }

  #checkClaims(node: HarperNode, progress: TableProgress, nowMs: number): void {
    const watermark = watermarkOf(progress);
    const swept = progress.sweepSnapshot === null ? undefined : parseInstant(progress.sweepSnapshot);
    const frontier = progress.frontier === null ? undefined : parseInstant(progress.frontier);
    const type = this.#source.layout.cursorType;
    // Progress of an earlier life of the table says nothing of this one.
    if (swept === undefined || !progress.generation.startsWith(formatInstant(this.#source.createdAt))) return;
    const below = progress.stage === 'tail' ? undefined : frontier === undefined ? '' : cursorText(frontier, type);
    const rows = node.table(this.#table.target.table);
    const isWidened = this.#source.columns.length > 3;
    for (const source of this.#source.rows) {
      const cursor = this.#cursorOf(source);
      if (source.visibleFrom > swept || source.poison !== undefined || this.#isExcluded(cursor)) continue;
      if (cursor === null ? !progress.nullsDone : below !== undefined && cursor >= below) continue;
      const { key, content } = this.#identify(source);
      if (key === undefined) continue;
      const held = rows.get(key)?.value as TargetRow | undefined;
      const own = { cursor, content };
      // While a window is written again from its first row, an older row of a key may stand until the greatest is reached; none may be missing.
      const isBehind =
        held === undefined ||
        (!this.versions || progress.window !== null ? false : isWidened ? (held.cursor ?? '') < (cursor ?? '') : isGreater(own, held));
      if (!isBehind) continue;
      this.violate(
        `at ${nowMs.toFixed(0)} ms replica ${node.name} says ${progress.stage} up to ${watermark ?? 'nothing'}, swept at ${progress.sweepSnapshot ?? ''}, ` +
          `but key ${key} (cursor ${cursor ?? 'NULL'}, visible from ${formatInstant(source.visibleFrom)}) is ` +
          (held === undefined ? 'missing' : `still at cursor ${held.cursor ?? 'NULL'}`),
      );
      return;
    }
  }

  /** Whether a window is in hand, as a replica sees it. */
  isReading(node: HarperNode): boolean {
    const progress = node.table(STATE.progress).get(this.#table.id)?.value as TableProgress | undefined;
    return progress?.window !== null;
  }

  /** How a replica differs from the source, or undefined if it is an exact copy. */
  difference(node: HarperNode): string | undefined {
    const expected = this.#expected();
    const rows = node.table(this.#table.target.table);
    let held = 0;
    for (const [key, entry] of rows) {
      const row = entry.value as TargetRow | undefined;
      if (row === undefined) continue;
      held += 1;
      const want = expected.get(key);
      if (want === undefined) {
        if (this.#source.truncated.has(key) || (this.#key.kind === 'content' && this.#source.truncated.size > 0)) {
          held -= 1;
          continue;
        }
        return `replica ${node.name} holds key ${key} (cursor ${row.cursor ?? 'NULL'}), which the source does not have`;
      }
      if (want.content !== row.content) {
        return `replica ${node.name} holds key ${key} as ${row.content}, the source as ${want.content}`;
      }
    }
    if (held === expected.size) return this.#missingAudit(node);
    for (const [key, want] of expected) {
      if (rows.get(key)?.value === undefined) return `replica ${node.name} lacks key ${key} (cursor ${want.cursor ?? 'NULL'})`;
    }
    return `replica ${node.name} holds ${String(held)} rows, the source ${String(expected.size)}`;
  }

  /** Every row that cannot be applied must be in quarantine. */
  #missingAudit(node: HarperNode): string | undefined {
    const known = new Set<string>();
    for (const { value } of node.table(STATE.audit).values()) {
      const { key, reason } = value as { key: string | undefined; reason: string };
      known.add(`${reason}/${key ?? ''}`);
    }
    for (const source of this.#source.rows) {
      if (source.poison === undefined || this.#isExcluded(this.#cursorOf(source))) continue;
      const id = idOf(source.row);
      const audit = source.poison === 'decode' ? `decode/${id}` : `target-refused/${this.#identify(source).key ?? ''}`;
      if (!known.has(audit)) return `replica ${node.name} has no quarantine record ${audit}`;
    }
    return undefined;
  }

  #expected(): ReadonlyMap<string, Expected> {
    const version = this.#source.version;
    if (this.#wanted?.version !== version) this.#wanted = { version, rows: this.#expect() };
    return this.#wanted.rows;
  }

  #expect(): Map<string, Expected> {
    const expected = new Map<string, Expected>();
    const ordinals = new Map<string, number>();
    for (const source of this.#source.rows) {
      const cursor = this.#cursorOf(source);
      if (this.#isExcluded(cursor)) continue;
      const { key: first, content } = this.#identify(source);
      const ordinal = (ordinals.get(content) ?? 0) + 1;
      ordinals.set(content, ordinal);
      if (source.poison !== undefined || first === undefined) continue;
      // As rule R7 has it: the second and later of identical rows that are kept apart.
      const key = this.#key.kind === 'content' && this.#key.ordinal && ordinal > 1 ? `${first}#${String(ordinal)}` : first;
      const other = expected.get(key);
      if (other === undefined || isGreater({ cursor, content }, other)) expected.set(key, { cursor, content });
    }
    return expected;
  }

  /** A row's key, if it can have one, and content, under the columns of now. */
  #identify(source: SourceRow): Identity {
    const columns = this.#source.columns.length;
    if (this.#compiled?.columns !== columns) {
      const keyOf = compileKey(this.#key, this.#source.columns);
      this.#compiled = { columns, keyOf, contentOf: compileCanonical(this.#source.columns), known: new Map() };
    }
    const { keyOf, contentOf, known } = this.#compiled;
    let identity = known.get(source);
    if (identity === undefined) {
      const keyed = keyOf(source.row, undefined);
      identity = { key: keyed.ok ? keyed.key : undefined, content: contentOf(source.row) };
      known.set(source, identity);
    }
    return identity;
  }

  #cursorOf({ row }: SourceRow): string | null {
    const cursor = row[this.#table.cursorColumn];
    return typeof cursor === 'string' ? cursor : null;
  }

  #isExcluded(cursor: string | null): boolean {
    const start = this.#table.sync.startTimestamp;
    return start !== undefined && cursor !== null && cursor < cursorText(start, this.#source.layout.cursorType);
  }
}

/** Follows one thread: its reads must stay within two pages of its commits, and its counters must close over every commit. */
export class ThreadWatch {
  readonly #oracle: Oracle;
  readonly #totals: ReadonlyMap<string, number>;
  readonly #name: string;
  #durable: { readonly windowId: string; readonly row: number } | undefined;
  /** What the thread may be going on from: its engine and its helper load the same record. */
  #bases: (TableProgress | undefined)[] = [undefined];

  constructor(oracle: Oracle, totals: ReadonlyMap<string, number>, name: string) {
    this.#oracle = oracle;
    this.#totals = totals;
    this.#name = name;
  }

  fetched(windowId: string, unit: Unit, fromRow: number, endRow: number, pageRows: number): void {
    const known =
      this.#durable?.windowId === windowId && this.#durable.row <= (unit.endRow ?? Number.POSITIVE_INFINITY) ? this.#durable.row : fromRow;
    const ahead = endRow - Math.max(fromRow, known);
    if (ahead > 2 * pageRows) this.#oracle.violate(`${this.#name} has ${String(ahead)} rows of window ${windowId} in flight`);
  }

  loaded(progress: TableProgress | undefined): void {
    this.#bases = [progress, ...this.#bases.slice(0, 5)];
  }

  committed(batch: Batch, outcome: CommitOutcome, progress: TableProgress | undefined, unit: UnitProgress | undefined): void {
    const { windowId } = batch.fence;
    if (unit !== undefined) this.#durable = { windowId, row: unit.startRow + unit.rowsDone };
    const given = outcome.inserted + outcome.updated + outcome.unchanged + outcome.superseded + outcome.contested + outcome.rejected.length;
    if (given !== batch.rows.length + batch.rejected.length) {
      this.#oracle.violate(`${this.#name}: a commit of window ${windowId} accounts for ${String(given)} of its rows`);
    }
    if (progress === undefined) return;
    const bases = this.#bases;
    this.#bases = [progress, ...bases.slice(0, 5)];
    const total = this.#totals.get(windowId) ?? 0;
    const rowsDone = progress.window?.rowsDone ?? total;
    if (rowsDone > total) this.#oracle.violate(`${this.#name}: progress of window ${windowId} is past its end`);
    // The window begins anew; what was read ahead of that is let go.
    if (outcome.contested > 0) return;
    this.#durable = { windowId, row: rowsDone };
    const closes = (base: TableProgress | undefined): boolean => {
      const before = base?.generation === progress.generation ? base : undefined;
      const rows = rowsDone - (before?.window?.windowId === windowId ? before.window.rowsDone : 0);
      return rows === sumOf(progress) - (before === undefined ? 0 : sumOf(before));
    };
    if (!bases.some(closes)) this.#oracle.violate(`${this.#name}: the counters do not close over the rows of window ${windowId}`);
  }
}

function sumOf({ counters }: TableProgress): number {
  return counters.inserted + counters.updated + counters.unchanged + counters.superseded + counters.quarantined;
}
