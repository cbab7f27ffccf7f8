import type { Random } from '../random.ts';
import type { ClusterTable, TableMaker } from './tables.ts';

/** Where in a table's backfill its owner is killed. */
export type Aim = 'start' | 'middle' | 'end';

/** When a killed node is started again: at once, or when another node has taken its table over. */
export type Recovery = 'at once' | 'after takeover';

/** One thing that is done to the cluster. `table`: one that is added to the configuration for it, on every node. */
export type Disturbance =
  | { readonly kind: 'kill'; readonly table: ClusterTable; readonly aim: Aim; readonly depth: number; readonly recovery: Recovery }
  /** SIGSTOP, and SIGCONT a minute later. */
  | { readonly kind: 'freeze'; readonly table: ClusterTable; readonly node: number }
  /** Stopped by SIGTERM, and started again later. */
  | { readonly kind: 'absence'; readonly table: ClusterTable; readonly node: number; readonly ms: number }
  /** Every node is restarted, one after another. */
  | { readonly kind: 'rolling restart' };

const AIMS: readonly [Aim, Aim, Aim] = ['start', 'middle', 'end'];
const DEPTHS: Readonly<Record<Aim, readonly [number, number]>> = { start: [0, 0], middle: [0.15, 0.7], end: [0.85, 0.95] };
/** One disturbance of each other kind for so many kills. */
const KILLS_PER_OTHER = 5;
/** A run has at most so many large tables: each takes a while to write, to sync and to compare. */
const MOST_LARGE = 6;

/** Draws what a run with so many kills does, in order. A run of fewer than three kills has kills alone. */
export function scheduleOf(random: Random, kills: number, nodes: number, tables: TableMaker): Disturbance[] {
  const schedule: Disturbance[] = [];
  const first = random.between(0, 2);
  let large = 0;
  for (let i = 0; i < kills; i++) {
    const aim = AIMS[(first + i) % AIMS.length] ?? 'end';
    // The middle of a small table's backfill is over before it is seen, and so is the end of any but a large one's.
    const isLarge = large < MOST_LARGE && (aim === 'end' || (aim === 'middle' && random.chance(0.3)));
    if (isLarge) large += 1;
    const size = isLarge ? 'large' : aim === 'start' ? 'small' : 'medium';
    const [low, high] = DEPTHS[aim];
    const depth = low + random.next() * (high - low);
    const recovery = random.chance(0.5) ? 'at once' : 'after takeover';
    schedule.push({ kind: 'kill', table: tables.make(size), aim, depth, recovery });
  }
  const others = kills < 3 ? 0 : Math.max(1, Math.floor(kills / KILLS_PER_OTHER));
  const insert = (disturbance: Disturbance): void => {
    schedule.splice(random.between(1, schedule.length), 0, disturbance);
  };
  for (let i = 0; i < others; i++) {
    insert({ kind: 'freeze', table: tables.make('small'), node: random.between(0, nodes - 1) });
    insert({ kind: 'absence', table: tables.make('small'), node: random.between(0, nodes - 1), ms: random.between(5_000, 40_000) });
    insert({ kind: 'rolling restart' });
  }
  return schedule;
}

/** The tables that a schedule adds, in order. */
export function tablesAddedBy(schedule: readonly Disturbance[]): ClusterTable[] {
  return schedule.flatMap((disturbance) => ('table' in disturbance ? [disturbance.table] : []));
}
