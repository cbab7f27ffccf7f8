import type { NodeViews } from '../ports/membership.ts';
import type { OpenWindow } from '../ports/source.ts';
import type { Heard, InstantText, TableProgress, WriterView } from '../ports/state.ts';
import { type Micros, micros } from '../ports/time.ts';
import { formatInstant, parseInstant } from './instant.ts';
import { beginGeneration, greatest } from './progress.ts';

/**
 * Where a node may go on with a table that others wrote too.
 *
 * Each node writes records of its own and sends what it writes in order, and none passes on another's rows. So how far another node's record has
 * arrived somewhere tells exactly which of its rows are there. A progress says which of the others' writing it accounts for (`heard`): it began
 * from the least that any live node had of it, and wrote everything from there on again. What no progress accounts for is open: rows that a dead
 * node sent to some only, or rows of an owner that stopped in the middle of a window, newer than greater ones of their keys. A node goes on from the
 * least of what is open (rules R8 and R10), at snapshots that are newer than all of it.
 */
export interface Standing {
  readonly self: string;
  /** Names of the live nodes, this one among them. */
  readonly live: readonly string[];
  readonly own: TableProgress | undefined;
  /** The others' progress as it has arrived here, by node. */
  readonly here: ReadonlyMap<string, TableProgress>;
  /** What the others said they have. */
  readonly elsewhere: ReadonlyMap<string, NodeViews>;
}

/** How many separate stretches of another node's writing are remembered; forgetting one costs a window read again, never a row. */
const MAX_HEARD = 8;

const NOTHING: Pick<WriterView, 'touched' | 'heard'> & { readonly view: undefined } = { view: undefined, touched: null, heard: {} };

/** One writer as one node has it; `view` is undefined where nothing of it has arrived. */
interface Seen {
  readonly writer: string;
  readonly view: WriterView | undefined;
  readonly touched: InstantText | null;
  readonly heard: WriterView['heard'];
}

/** Each version that a window's commits use is a microsecond higher (rule R1): a window in hand has used fewer than this allows. */
const VERSIONS_MICROS = 2_000_000n;

/**
 * Whether the rows of a window that is not begun yet replace all that was written before: what its own node wrote, and, where it goes on from others'
 * writing, theirs on every replica, whichever comes there first.
 */
export function liesAbove(progress: TableProgress, { snapshot, resumed }: Pick<OpenWindow, 'snapshot' | 'resumed'>): boolean {
  if (resumed && formatInstant(snapshot) <= (progress.touched ?? '')) return false;
  if (!progress.healing) return true;
  const least = formatInstant(micros(snapshot - VERSIONS_MICROS));
  return Object.values(progress.heard).every((stretches) => stretches.every(({ high }) => (high ?? '') < least));
}

/** A source's clock that is further ahead of this node's than this is not waited for: the window is opened and tried. */
const MAX_WAIT_MS = 5_000;

/** How long to wait before a window is opened, so that it most likely {@link liesAbove}: one that does not is billed all the same. */
export function msUntilAbove({ healing, heard }: Pick<TableProgress, 'healing' | 'heard'>, now: Micros): number {
  if (!healing) return 0;
  const highs = Object.values(heard).flatMap((stretches) => stretches.flatMap(({ high }) => (high === null ? [] : [parseInstant(high)])));
  const highest = highs.reduce<bigint>((most, high) => (high !== undefined && high > most ? high : most), 0n);
  const waitMs = Number(highest + VERSIONS_MICROS - now) / 1_000;
  return waitMs <= 0 ? 0 : Math.min(waitMs, MAX_WAIT_MS);
}

export function viewOf(progress: TableProgress): WriterView {
  const { generation, epoch, schemaHash, stage, maxCursor, snapshot, sweepSnapshot, sweepFrontier, firstSnapshot } = progress;
  const { nullsDone, staleRows, cleared, touched, heard, window } = progress;
  // A window in hand may begin further back: what it covers is not done.
  const isBehind = window !== null && window.range.nulls !== 'only';
  const frontier = isBehind ? least(progress.frontier, window.range.from) : progress.frontier;
  return {
    generation,
    epoch,
    schemaHash,
    stage,
    frontier,
    maxCursor,
    snapshot,
    sweepSnapshot,
    sweepFrontier,
    firstSnapshot,
    nullsDone,
    staleRows,
    cleared,
    touched,
    heard,
    written: window?.snapshot ?? snapshot,
    reading: window !== null,
  };
}

/** What of others' writing a node's own progress does not account for: `here` in its own replica, `elsewhere` in that of another live node. */
export function openWriting(standing: Standing): 'none' | 'here' | 'elsewhere' {
  const [mine, ...others] = replicas(standing);
  if (mine !== undefined && openOf(mine).some(({ writer }) => writer !== standing.self)) return 'here';
  return others.some((replica) => openOf(replica).some(({ writer }) => writer !== standing.self)) ? 'elsewhere' : 'none';
}

/** The progress to go on from: one's own, if it accounts for everything, else the least of all that is open. Undefined: from the first row. */
export function takeUp(standing: Standing): TableProgress | undefined {
  const { self, own } = standing;
  const all = replicas(standing);
  const open = all.flatMap(openOf);
  if (open.every(({ writer }) => writer === self)) return own;

  const solid = all.map(solidOf).filter((each) => each !== 'all');
  const heard = accountFor(self, all, open);
  const known = [own, ...standing.here.values()].filter((progress) => progress !== undefined);
  const spend = known.map((progress) => progress.spend).reduce(moreSpent, { day: '', bytes: 0 });
  const views = [...open.map(({ view }) => view), ...known.map(viewOf)].filter((view) => view !== undefined);
  const epoch = Math.max(0, ...views.map((view) => view.epoch));
  const kept = {
    spend,
    touched: ownTouched(standing),
    cleared: Math.max(0, ...views.map((view) => view.cleared)),
    heard,
  };
  const tableId = known[0]?.tableId;
  if (tableId === undefined) return undefined;
  const from = solid.includes('nothing')
    ? views.map(restarted).reduce((a, b) => (isBefore(a, b) ? b : a))
    : solid.filter((each) => each !== 'nothing').reduce(meetReplicas);
  const rescan = known.find((progress) => progress.generation === from.generation)?.rescan ?? undefined;
  const base = beginGeneration({ tableId, generation: from.generation, epoch }, from.schemaHash, from.staleRows, kept, rescan);
  return {
    ...base,
    ...from,
    ...kept,
    epoch,
    tableId,
    window: null,
    completedWindowId: null,
    completedRange: null,
    seen: null,
    healing: true,
    counters: own?.counters ?? known.reduce((a, b) => (a.counters.commits >= b.counters.commits ? a : b)).counters,
  };
}

/**
 * Which rows a node must clear from its replica whoever runs the table: those synced before `before`. Rows of an older generation may arrive from a
 * node that lags behind long after the owner has cleared them. `writers`: who may still send such rows. Undefined: none can be there.
 */
export function staleHere({
  own,
  here,
}: Pick<Standing, 'own' | 'here'>): { before: InstantText; cleared: number; writers: string[] } | undefined {
  const newest = [own, ...here.values()]
    .filter((one) => one !== undefined)
    .reduce<TableProgress | undefined>((a, b) => (a === undefined || isBefore(a, b) ? b : a), undefined);
  const before = newest?.firstSnapshot;
  if (newest === undefined || before == null || newest.stage === 'backfill' || newest.staleRows) return undefined;
  // Only one that has cleared rows has written all that it keeps at `before` or later.
  if (newest.cleared === 0) return undefined;
  const writers = [...here].filter(([, one]) => one.generation !== newest.generation).map(([node]) => node);
  return { before, cleared: newest.cleared, writers: writers.sort() };
}

/** What every live node has, this one first. A live writer's rows are on their way to all, so it counts as far as it has come here. */
function replicas({ self, live, own, here, elsewhere }: Standing): (readonly Seen[])[] {
  const lost = lostOwn(self, own, elsewhere);
  const alive = new Set(live);
  const said = [...elsewhere].filter(([node]) => node !== self && alive.has(node));
  const writers = new Set([...here.keys(), ...said.flatMap(([, views]) => [...views.keys()])]);
  writers.delete(self);
  const mine: Seen[] = [];
  for (const writer of writers) {
    const arrived = here.get(writer);
    if (arrived !== undefined) mine.push(seen(writer, viewOf(arrived)));
    // Nothing more will come of one that is dead, whatever it sent to others. One that lives has sent what it wrote before it says so.
    else if (!alive.has(writer) || elsewhere.get(writer)?.has(writer) === true) mine.push({ writer, ...NOTHING });
  }
  if (own !== undefined) mine.push(seen(self, viewOf(own)));
  if (lost !== undefined) mine.push(seen(lostName(self), lost));
  const all: (readonly Seen[])[] = [mine];
  for (const [, views] of said) {
    // One that has nothing of this node's yet has only begun to receive.
    if (own !== undefined && !views.has(self)) continue;
    const replica: Seen[] = [];
    for (const writer of writers) {
      const arrived = here.get(writer);
      const view = views.get(writer);
      if (alive.has(writer)) {
        if (arrived !== undefined) replica.push(seen(writer, viewOf(arrived)));
        else if (view !== undefined) replica.push(seen(writer, view));
      } else replica.push(view === undefined ? { writer, ...NOTHING } : seen(writer, view));
    }
    if (own !== undefined) replica.push(seen(self, viewOf(own)));
    all.push(replica);
  }
  return all;
}

/** A node that lost its disk: others have more of its writing than it has itself. */
function lostOwn(self: string, own: TableProgress | undefined, elsewhere: Standing['elsewhere']): WriterView | undefined {
  let most: WriterView | undefined;
  for (const views of elsewhere.values()) {
    const said = views.get(self);
    if (said !== undefined && (said.touched ?? '') > (most?.touched ?? own?.touched ?? '')) most = said;
  }
  return most;
}

/** An earlier life of this node counts as another writer. No node has such a name. */
function lostName(self: string): string {
  return `${self}\n`;
}

function ownTouched({ self, own, elsewhere }: Standing): InstantText | null {
  return greatest(own?.touched ?? null, lostOwn(self, own, elsewhere)?.touched ?? null);
}

function seen(writer: string, view: WriterView): Seen {
  return { writer, view, touched: view.touched, heard: view.heard };
}

/** The writers of a replica that no other writer there accounts for. */
function openOf(replica: readonly Seen[]): readonly Seen[] {
  return replica.filter((one) => !replica.some((other) => other.writer !== one.writer && accounts(other, one)));
}

/** Whether one writer's progress accounts for another's: as far as it had come when that was taken up, and all of the window that it wrote in then. */
function accounts(other: Seen, one: Seen): boolean {
  const [name = ''] = one.writer.split('\n');
  const touched = one.touched ?? '';
  return (other.heard[name] ?? []).some(
    ({ low, high, window }) =>
      (low ?? '') <= touched && (touched <= (high ?? '') || (window !== undefined && one.view?.written === window)),
  );
}

/** What a progress that begins from `open` accounts for: what those account for, and every writer from the least to the most that is known of it. */
function accountFor(self: string, all: readonly (readonly Seen[])[], open: readonly Seen[]): Record<string, readonly Heard[]> {
  const heard: Record<string, readonly Heard[]> = {};
  for (const one of open) for (const [writer, stretches] of Object.entries(one.heard)) add(heard, self, writer, stretches);
  const spans = new Map<string, { low: InstantText | null; high: InstantText | null; window?: InstantText }>();
  for (const { writer, touched, view } of all.flat()) {
    const span = spans.get(writer) ?? { low: touched, high: touched };
    spans.set(writer, span);
    if ((touched ?? '') < (span.low ?? '')) span.low = touched;
    span.high = greatest(span.high, touched);
    // Its range is read again, at a snapshot that is newer than all of it.
    if (view?.written != null && span.high === touched) span.window = view.written;
  }
  for (const [writer, span] of spans) add(heard, self, writer, [span]);
  return heard;
}

function add(heard: Record<string, readonly Heard[]>, self: string, writer: string, stretches: readonly Heard[]): void {
  if (writer === self || writer === lostName(self)) return;
  const known = heard[writer] ?? [];
  const isKnown = (one: Heard): boolean =>
    known.some(
      ({ low, high, window }) =>
        (low ?? '') <= (one.low ?? '') && (one.high ?? '') <= (high ?? '') && (one.window === undefined || one.window === window),
    );
  heard[writer] = [...known, ...stretches.filter((one) => !isKnown(one))].slice(-MAX_HEARD);
}

/** How far a replica is whole: `all` where it has no writers. */
function solidOf(replica: readonly Seen[]): WriterView | 'nothing' | 'all' {
  let solid: WriterView | undefined;
  for (const { view } of openOf(replica)) {
    if (view === undefined) return 'nothing';
    solid = solid === undefined ? view : meet(solid, view);
  }
  return solid ?? 'all';
}

/** The least of two replicas. One that knows only an earlier generation has nothing of the later one. */
function meetReplicas(a: WriterView, b: WriterView): WriterView {
  return a.generation === b.generation ? meet(a, b) : restarted(isBefore(a, b) ? b : a);
}

/** The least of two writers, as one replica has them: what one of them has not done is not done. */
export function meet(a: WriterView, b: WriterView): WriterView {
  if (a.generation !== b.generation) {
    const [older, newer] = isBefore(a, b) ? [a, b] : [b, a];
    // Rows of an older life that came before this one was begun only have to go, if this one has written all of its own since; later ones may lie
    // over rows of this one.
    const isWhole = newer.staleRows || newer.cleared > 0;
    const isPast = isWhole && newer.firstSnapshot !== null && (older.touched ?? '') < newer.firstSnapshot;
    return isPast ? { ...newer, staleRows: true } : restarted(newer);
  }
  // Each began by itself, and one of them clears, or has cleared, what came before it: nothing that the other did counts.
  const mayBeCleared = a.staleRows || b.staleRows || a.cleared > 0 || b.cleared > 0;
  if (a.firstSnapshot !== b.firstSnapshot && mayBeCleared) return restarted(isBefore(a, b) ? b : a);
  return {
    ...a,
    schemaHash: commonSchema(a.schemaHash, b.schemaHash),
    epoch: Math.max(a.epoch, b.epoch),
    stage: a.stage === 'backfill' ? a.stage : b.stage,
    frontier: least(a.frontier, b.frontier),
    maxCursor: least(a.maxCursor, b.maxCursor),
    snapshot: least(a.snapshot, b.snapshot),
    sweepSnapshot: least(a.sweepSnapshot, b.sweepSnapshot),
    sweepFrontier: least(a.sweepFrontier ?? null, b.sweepFrontier ?? null),
    firstSnapshot: least(a.firstSnapshot, b.firstSnapshot),
    nullsDone: a.nullsDone && b.nullsDone,
    staleRows: a.staleRows || b.staleRows,
    cleared: Math.max(a.cleared, b.cleared),
  };
}

/** Where they differ, what was read under which columns is not known: then it is no hash of any. An earlier version stored less of the same. */
function commonSchema(a: string, b: string): string {
  if (a.startsWith(`${b}/`)) return a;
  return a === b || b.startsWith(`${a}/`) ? b : '';
}

function restarted(view: WriterView): WriterView {
  return {
    ...view,
    stage: 'backfill',
    frontier: null,
    maxCursor: null,
    snapshot: null,
    sweepSnapshot: null,
    sweepFrontier: null,
    firstSnapshot: null,
    nullsDone: false,
    staleRows: true,
  };
}

/** A generation begins with the source table's creation time. */
function isBefore(a: WriterView, b: WriterView): boolean {
  const order = (view: WriterView): [string, number, string] => [view.generation.split('/')[0] ?? '', view.epoch, view.touched ?? ''];
  const [x, y] = [order(a), order(b)];
  if (x[0] !== y[0]) return x[0] < y[0];
  return x[1] === y[1] ? x[2] < y[2] : x[1] < y[1];
}

/** Null is below all. */
function least(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return null;
  return a < b ? a : b;
}

function moreSpent(a: TableProgress['spend'], b: TableProgress['spend']): TableProgress['spend'] {
  if (a.day !== b.day) return a.day > b.day ? a : b;
  return a.bytes >= b.bytes ? a : b;
}
