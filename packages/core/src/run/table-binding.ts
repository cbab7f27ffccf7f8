import { type HeldIntent, heldIntent } from '../plan/intent.ts';
import { generationOf, schemaHashOf, targetKeyOf } from '../identity/generation.ts';
import { parseInstant } from '../plan/instant.ts';
import { usdOf } from '../plan/price.ts';
import { beginGeneration, changeSchema, joinsFrontier } from '../plan/progress.ts';
import type { Sink, TargetKey } from '../ports/sink.ts';
import type { CursorRange, Source, TableDescription } from '../ports/source.ts';
import type { StateStore, TableProgress, WindowProgress } from '../ports/state.ts';
import type { TableSpec } from '../ports/table-spec.ts';
import type { Telemetry } from '../ports/telemetry.ts';

/** A table as described at one moment, with the key and generation that follow from it and the target made ready for it. */
export interface TableBinding {
  readonly description: TableDescription;
  readonly key: TargetKey;
  readonly generation: string;
  readonly schemaHash: string;
  readonly progress: TableProgress;
  /** The window that was being read when the state was loaded, if it can be continued. */
  readonly intent: HeldIntent | undefined;
}

export interface BindingPorts {
  readonly source: Source;
  readonly sink: Sink;
  readonly state: StateStore;
  readonly telemetry: Telemetry;
  /** A window that must not be continued. */
  readonly abandonedWindowId?: string | undefined;
}

/** Describes the source, loads the state and prepares the target. Nothing is billed. */
export async function bindTable(table: TableSpec, ports: BindingPorts, signal: AbortSignal): Promise<TableBinding> {
  const description = await ports.source.describe(table, signal);
  // In this order: which window may go on depends on what progress was taken up.
  const stored = await ports.state.loadProgress(table.id);
  const intent = await ports.state.loadIntent(table.id);
  return rebind(table, ports, description, stored, intent && heldIntent(intent), signal);
}

/** The binding for a newer description: prepares the target again and begins a new generation where the table or its mapping changed. */
export async function rebind(
  table: TableSpec,
  ports: BindingPorts,
  description: TableDescription,
  stored: TableProgress | undefined,
  intent: HeldIntent | undefined,
  signal: AbortSignal,
): Promise<TableBinding> {
  const key = targetKeyOf(table, description);
  const prepared = await ports.sink.prepare(table, description, key, signal);
  ports.telemetry.event({
    type: 'prepared',
    tableId: table.id,
    created: prepared.created,
    filtered: description.filtered === true,
    notices: prepared.notices,
    sourceNotices: description.notices ?? [],
  });

  const epoch = Math.max(stored?.epoch ?? 0, intent?.epoch ?? 0);
  const generation = generationOf(table, description, key, epoch);
  const schemaHash = schemaHashOf(description.columns);
  let progress = stored;
  if (progress?.generation !== generation) {
    const { wholeRead: whole } = description;
    const wholeRead = whole && { bytesBilled: whole.bytesBilled, usd: usdOf(whole, table.cost) };
    ports.telemetry.event({ type: 'generation', tableId: table.id, from: stored?.generation, to: generation, wholeRead });
    // A target that was not made just now may hold rows of a life that is forgotten, and so may other nodes: they are cleared once this one is complete.
    const mayHold = !prepared.created || Object.keys(stored?.heard ?? {}).length > 0;
    progress = beginGeneration({ tableId: table.id, generation, epoch }, schemaHash, mayHold, stored);
  } else if (progress.schemaHash !== schemaHash) {
    // Until the next commit stores the new one, each load finds the old.
    progress = changeSchema(progress);
  }
  // They are read again, and first: a window of the others goes on behind them only, whoever opened it before.
  const nullsFirst = progress.schemaHash !== schemaHash && stored?.nullsDone === true && !progress.nullsDone;
  const mayContinue =
    intent?.request.windowId !== ports.abandonedWindowId &&
    !(nullsFirst && intent?.request.range.nulls === 'exclude') &&
    continues(intent, progress, schemaHash, table);
  const continuing = mayContinue ? intent : undefined;
  return { description, key, generation, schemaHash, progress, intent: continuing };
}

/** Rule R3: a window goes on only under its own generation and schema, if it is not complete yet, and if nothing lies between it and the frontier. */
function continues(intent: HeldIntent | undefined, progress: TableProgress, schemaHash: string, table: TableSpec): boolean {
  return (
    intent !== undefined &&
    intent.generation === progress.generation &&
    intent.schemaHash === schemaHash &&
    intent.request.windowId !== progress.completedWindowId &&
    joinsFrontier(progress, intent.request.range, table.sync.startTimestamp) &&
    !isCovered(progress, intent.request.range) &&
    (progress.window === null || holds(intent.request.range, progress.window.range))
  );
}

/** Whether a range has all of one that rows were written of: else those would stand alone, newer than greater ones of their keys. */
function holds(range: CursorRange, begun: WindowProgress['range']): boolean {
  const from = begun.from === null ? undefined : parseInstant(begun.from);
  const to = begun.to === null ? undefined : parseInstant(begun.to);
  const isFromFirst = range.from === undefined || (from !== undefined && range.from <= from);
  const isToLast = range.to === undefined || (to !== undefined && range.to >= to);
  return isFromFirst && isToLast && (range.nulls === begun.nulls || range.nulls === 'include');
}

/**
 * Whether what a range holds is complete already. Such a window, left by a worker that was paused, must not be read at a newer snapshot: its rows
 * would replace greater ones of their keys whose own range is not read again.
 */
function isCovered(progress: TableProgress, range: CursorRange): boolean {
  if (range.nulls === 'only') return progress.nullsDone;
  const frontier = progress.frontier === null ? undefined : parseInstant(progress.frontier);
  return range.to !== undefined && frontier !== undefined && range.to <= frontier;
}

/** Whether two descriptions are of one table with the same columns and key, so that a binding for one holds for the other. */
export function sameMapping(a: TableDescription, b: TableDescription): boolean {
  return (
    a.createdAt === b.createdAt &&
    (a.columns === b.columns || schemaHashOf(a.columns) === schemaHashOf(b.columns)) &&
    (a.declaredKey === b.declaredKey || JSON.stringify(a.declaredKey) === JSON.stringify(b.declaredKey))
  );
}
