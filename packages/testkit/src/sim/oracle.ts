import {
  type Column,
  compileCanonical,
  compileKey,
  cursorText,
  formatInstant,
  type KeyBuilder,
  parseInstant,
  type Row,
  schemaChange,
  type TableProgress,
  type TableSpec,
  type TargetKey,
  type Unit,
  watermarkOf,
} from '@bqsync/core';
import type { HarperNode } from './model-harper.ts';
import { type Identity, idOf, type ModelBigQuery, type SourceRow } from './model-bigquery.ts';
import { type CommitWatch, isGreater, progressElsewhere, recordId, STATE, type TargetRow } from './sim-target.ts';

interface Expected {
  readonly cursor: string | null;
  readonly content: string;
}

interface Compiled {
  readonly columns: readonly Column[];
  readonly keyOf: KeyBuilder;
  readonly contentOf: (row: Row) => string;
}

/** What must hold, and what was seen not to. */
export class Oracle {
  readonly violations: string[] = [];
  /** Whether the greatest row of each key is looked for where a replica claims it, or only some row. */
  versions = true;
  readonly #table: TableSpec;
  readonly #source: ModelBigQuery;
  readonly #key: TargetKey;
  readonly #startText: string | undefined;
  #compiled: Compiled | undefined;
  #wanted: { readonly version: number; readonly rows: ReadonlyMap<string, Expected> } | undefined;
  readonly #checked = new Map<HarperNode, TableProgress>();

  constructor(table: TableSpec, source: ModelBigQuery, key: TargetKey) {
    this.#table = table;
    this.#source = source;
    this.#key = key;
    const start = table.sync.startTimestamp;
    this.#startText = start === undefined ? undefined : cursorText(start, source.layout.cursorType);
  }

  violate(text: string): void {
    if (this.violations.length < 10) this.violations.push(text);
  }

  /** After each transaction on a replica: what its progress claims, it holds. Looks only where a window was completed since. */
  replicaChanged(node: HarperNode, nowMs: number): void {
    const progress = this.#claimOf(node);
    if (progress === undefined) return;
    const before = this.#checked.get(node);
    this.#checked.set(node, progress);
    const isSame =
      before?.completedWindowId === progress.completedWindowId &&
      before.generation === progress.generation &&
      (before.window === null) === (progress.window === null);
    if (!isSame) this.#checkClaims(node, progress, nowMs);
  }

  #checkClaims(node: HarperNode, progress: TableProgress, nowMs: number): void {
    const swept = progress.sweepSnapshot === null ? undefined : parseInstant(progress.sweepSnapshot);
    const frontier = progress.frontier === null ? undefined : parseInstant(progress.frontier);
    const type = this.#source.layout.cursorType;
    // Progress of an earlier life of the table says nothing of this one.
    if (swept === undefined || !progress.generation.startsWith(formatInstant(this.#source.createdAt))) return;
    // Nor does that of other columns, where rows without a key had other names.
    if (this.#key.kind === 'content' && schemaChange(progress.schemaHash, this.#source.columns) !== 'none') return;
    const below = progress.stage === 'tail' ? undefined : frontier === undefined ? '' : cursorText(frontier, type);
    const rows = node.table(this.#table.target.table);
    const isWidened = this.#source.reshaped;
    const byVersion = this.versions && progress.window === null;
    for (const source of this.#source.rows) {
      const cursor = this.#cursorOf(source);
      if (source.visibleFrom > swept || source.poison !== undefined || this.#isExcluded(cursor)) continue;
      if (cursor === null ? !progress.nullsDone : below !== undefined && cursor >= below) continue;
      const own = this.#identify(source);
      const { key } = own;
      if (key === undefined) continue;
      const held = rows.get(key)?.value as TargetRow | undefined;
      // While a window is written again from its first row, an older row of a key may stand until the greatest is reached; none may be missing.
      const isBehind = held === undefined || (byVersion && (isWidened ? (held.cursor ?? '') < (cursor ?? '') : isGreater(own, held)));
      if (!isBehind || node.hasLost(this.#table.target.table, key)) continue;
      this.violate(
        `at ${nowMs.toFixed(0)} ms replica ${node.name} says ${progress.stage} up to ${watermarkOf(progress) ?? 'nothing'}, swept at ${progress.sweepSnapshot ?? ''}, ` +
          `but key ${key} (cursor ${cursor ?? 'NULL'}, visible from ${formatInstant(source.visibleFrom)}) is ` +
          (held === undefined ? 'missing' : `still at cursor ${held.cursor ?? 'NULL'}`),
      );
      return;
    }
  }

  /** Whether a window is in hand, as a replica sees it. */
  isReading(node: HarperNode): boolean {
    return this.#claimOf(node)?.window !== null;
  }

  /** What a replica says of itself: the progress of the node that last began to write. */
  #claimOf(node: HarperNode): TableProgress | undefined {
    let claim = node.table(STATE.progress).get(recordId(this.#table.id, node.name))?.value as TableProgress | undefined;
    for (const progress of progressElsewhere(node, this.#table.id).values())
      if (claim === undefined || (progress.touched ?? '') > (claim.touched ?? '')) claim = progress;
    return claim;
  }

  /** A first look that finds most replicas that are not done yet. */
  mayBeExact(node: HarperNode): boolean {
    return node.lost.size > 0 || node.table(this.#table.target.table).size >= this.#expected().size;
  }

  /** How a replica differs from the source, or undefined if it is an exact copy. */
  difference(node: HarperNode): string | undefined {
    const expected = this.#expected();
    const name = this.#table.target.table;
    const rows = node.table(name);
    let held = 0;
    for (const [key, entry] of rows) {
      const row = entry.value as TargetRow | undefined;
      if (row === undefined) continue;
      held += 1;
      if (node.lost.size > 0 && node.hasLost(name, key)) {
        if (!expected.has(key)) held -= 1;
        continue;
      }
      const want = expected.get(key);
      if (want === undefined) {
        if (this.#source.removed.has(key) || (this.#key.kind === 'content' && this.#source.removed.size > 0)) {
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
    let missing = 0;
    for (const [key, want] of expected) {
      if (rows.get(key)?.value !== undefined) continue;
      missing += 1;
      if (!node.hasLost(name, key)) return `replica ${node.name} lacks key ${key} (cursor ${want.cursor ?? 'NULL'})`;
    }
    if (held + missing === expected.size) return this.#missingAudit(node);
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
      if (!known.has(audit) && !this.#lostAudit(node, source)) return `replica ${node.name} has no quarantine record ${audit}`;
    }
    return undefined;
  }

  #lostAudit(node: HarperNode, source: SourceRow): boolean {
    if (node.lost.size === 0) return false;
    const id = idOf(source.row);
    return [...node.lost.keys()].some((each) => each.startsWith(`${STATE.audit}/`) && each.includes(id));
  }

  #expected(): ReadonlyMap<string, Expected> {
    const version = this.#source.version;
    if (this.#wanted?.version !== version) this.#wanted = { version, rows: this.#expect() };
    return this.#wanted.rows;
  }

  #expect(): Map<string, Expected> {
    const expected = new Map<string, Expected>();
    const ordinals = new Map<string, number>();
    const isCounted = this.#key.kind === 'content' && this.#key.ordinal;
    for (const source of this.#source.rows) {
      const cursor = this.#cursorOf(source);
      if (this.#isExcluded(cursor)) continue;
      const own = this.#identify(source);
      const { key: first, content } = own;
      const ordinal = isCounted ? (ordinals.get(content) ?? 0) + 1 : 1;
      if (isCounted) ordinals.set(content, ordinal);
      if (source.poison !== undefined || first === undefined) continue;
      // As rule R7 has it: the second and later of identical rows that are kept apart.
      const key = ordinal > 1 ? `${first}#${String(ordinal)}` : first;
      const other = expected.get(key);
      if (other === undefined || isGreater(own, other)) expected.set(key, own);
    }
    return expected;
  }

  /** A row's key, if it can have one, and content, under the columns of now. */
  #identify(source: SourceRow): Identity {
    const { columns } = this.#source;
    const known = source.identity;
    if (known?.columns === columns) return known;
    if (this.#compiled?.columns !== columns) {
      const keyOf = compileKey(this.#key, columns);
      this.#compiled = { columns, keyOf, contentOf: compileCanonical(columns) };
    }
    const { keyOf, contentOf } = this.#compiled;
    const keyed = keyOf(source.row, undefined);
    const content = contentOf(source.row);
    const identity = { columns, key: keyed.ok ? keyed.key : undefined, cursor: this.#cursorOf(source), content };
    source.identity = identity;
    return identity;
  }

  #cursorOf({ row }: SourceRow): string | null {
    const cursor = row[this.#table.cursorColumn];
    return typeof cursor === 'string' ? cursor : null;
  }

  #isExcluded(cursor: string | null): boolean {
    return this.#startText !== undefined && cursor !== null && cursor < this.#startText;
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
    // Looked through again for contested rows: what is read is let go.
    if (this.#durable?.windowId === windowId && this.#durable.row === this.#totals.get(windowId)) return;
    const known =
      this.#durable?.windowId === windowId && this.#durable.row <= (unit.endRow ?? Number.POSITIVE_INFINITY) ? this.#durable.row : fromRow;
    const ahead = endRow - Math.max(fromRow, known);
    if (ahead > 2 * pageRows) this.#oracle.violate(`${this.#name} has ${String(ahead)} rows of window ${windowId} in flight`);
  }

  loaded(progress: TableProgress | undefined): void {
    this.#bases = [progress, ...this.#bases.slice(0, 5)];
  }

  committed(...[batch, outcome, progress, unit, before]: Parameters<CommitWatch['committed']>): void {
    const { windowId } = batch.fence;
    const isSameUnit = before !== undefined && before.windowId === unit?.windowId && before.startRow === unit.startRow;
    if (isSameUnit && (unit.endRow === null || before.endRow === unit.endRow) && unit.rowsDone < before.rowsDone)
      this.#oracle.violate(
        `${this.#name}: unit ${String(unit.index)} of window ${windowId} goes back from row ${String(before.rowsDone)} to ${String(unit.rowsDone)}`,
      );
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
    if (outcome.contested > 0 && rowsDone === 0) return;
    this.#durable = { windowId, row: rowsDone };
    const closes = (base: TableProgress | undefined): boolean => {
      const before = base?.generation === progress.generation ? base : undefined;
      const counted = sumOf(progress) - (before === undefined ? 0 : sumOf(before));
      const begun = before?.window?.windowId === windowId ? before.window : undefined;
      // One with contested rows is begun anew by who takes it up.
      return rowsDone - (begun?.rowsDone ?? 0) === counted || (begun?.rewrite === true && rowsDone === counted);
    };
    if (!bases.some(closes)) this.#oracle.violate(`${this.#name}: the counters do not close over the rows of window ${windowId}`);
  }
}

function sumOf({ counters }: TableProgress): number {
  return counters.inserted + counters.updated + counters.unchanged + counters.superseded + counters.quarantined;
}
