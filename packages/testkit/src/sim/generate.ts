import { CRASH_POINTS, type CrashPoint, SOURCE_FAULT_NAMES, sourceFault } from './faults.ts';
import { Random } from './random.ts';
import { type Kind, KNOWN_TO_FAIL, type Schedule, type SimAction, type SimConfig } from './schedule.ts';

export interface ScheduleOptions {
  /** Nodes at most (4). */
  readonly maxNodes?: number;
  /** What is left out ({@link KNOWN_TO_FAIL}). The rest of a seed's schedule stays as it is. */
  readonly without?: readonly Kind[];
}

/** Where a node without others can die. */
const LONE_POINTS = CRASH_POINTS.filter((point) => point !== 'mid-handover' && point !== 'during-schema-change');
const SELDOM_REACHED: ReadonlySet<CrashPoint> = new Set(['before-open', 'after-open', 'mid-handover', 'during-schema-change']);
/** Of the schedules: how many have cursors in local time, and how far it is from the source's clock. */
const LOCAL_TIME = 0.12;
const LOCAL_OFFSETS_MS = [-8 * 3_600_000, -8 * 3_600_000, -5.5 * 3_600_000, 9 * 3_600_000] as const;
const LENGTH_MS = 3500;
/** The least that makes a schedule count, and a little over. */
const ROWS = 203;
/** Of the schedules of several nodes: how many have replicas that drop transactions of any size. */
const DROPS_ANY = 0.1;
/** A node is taken for dead after 15 s: an absence that is to be noticed lasts longer. */
const NOTICED_MS = [16_000, 30_000] as const;

/** The schedule of a seed: the same one each time. Most are near the least that counts, so that many can be run; a few are many times that. */
export function scheduleOf(seed: number, { maxNodes = 4, without = KNOWN_TO_FAIL }: ScheduleOptions = {}): Schedule {
  const random = new Random(seed);
  const nodes = Math.min(maxNodes, weighted(random, [58, 22, 12, 8]));
  const size = sizeOf(random);
  const config = configOf(random, nodes, size, new Set(without));
  const actions = [...dataActions(random, config, size), ...schemaActions(random, config)];
  if (nodes > 1) actions.push(...clusterActions(random, config));
  for (let i = random.between(6, 8); i > 0; i--) actions.push(trouble(random, config));
  // Of a random of its own: the rest of a seed's schedule stays as it was.
  const dropsAny = nodes > 1 && new Random(seed ^ 0x1b873593).chance(DROPS_ANY);
  const zone = new Random(seed ^ 0x3c6ef372);
  const cursorOffsetMs = zone.chance(LOCAL_TIME) && !without.includes('local-time') ? zone.pick(LOCAL_OFFSETS_MS) : undefined;
  // A row of the future is not behind: the newest cursor is then the clock's, from which lateness does not reach what is hours behind.
  const local = cursorOffsetMs === undefined ? {} : { cursorOffsetMs, ...(cursorOffsetMs < 0 ? { hasFuture: false } : {}) };
  actions.push(...renames(new Random(seed ^ 0x7f4a7c15)));
  const kept = actions.filter((action) => !leftOut(action, without));
  return { seed, config: { ...config, ...(dropsAny ? { dropsAny } : {}), ...local }, actions: kept.sort((a, b) => a.atMs - b.atMs) };
}

function configOf(random: Random, nodes: number, size: number, without: ReadonlySet<Kind>): SimConfig {
  const threads = nodes === 1 ? 1 + weighted(random, [70, 20, 10]) : weighted(random, [56, 28, 10, 6]);
  const key = random.pick(['configured', 'configured', 'configured', 'declared', 'content', 'content-keep'] as const);
  const cursorType = random.pick(['TIMESTAMP', 'TIMESTAMP', 'TIMESTAMP', 'DATETIME', 'DATE'] as const);
  const initialRows = random.between(130, 160) * size;
  const keys = random.chance(0.25) ? undefined : random.pick([40, 150, 1000]);
  const isLateByDays = random.chance(0.02) && !without.has('late-days');
  const latenessSeconds = random.pick([60, 120, 300]);
  const skewsMs = Array.from({ length: nodes }, () => random.between(-300_000, 300_000));
  const isSkewed = random.chance(0.15) && !without.has('skew');
  return {
    nodes,
    threads,
    cursorType,
    key,
    prunable: random.chance(0.6),
    // From 4 GB on a prunable table is outlined.
    bytesPerRow: random.chance(0.5) ? 100 : 60_000_000,
    pageRows: random.between(15, 60) * size,
    unitRows: random.between(40, 150) * size,
    commitRows: [random.between(20, 60) * size, random.between(15, 40) * size, random.between(10, 30) * size],
    latenessSeconds: isLateByDays ? 3 * 86_400 : latenessSeconds,
    pollIntervalMs: random.between(8, 25) * 100,
    hasStart: random.chance(0.2),
    initialRows,
    keys: nodes === 1 || !without.has('rivals') ? keys : undefined,
    hasFuture: random.chance(0.25),
    skewsMs: isSkewed ? skewsMs : undefined,
  };
}

function dataActions(random: Random, { initialRows, key, keys }: SimConfig, size: number): SimAction[] {
  const actions: SimAction[] = [];
  const inserts = random.between(2, 3);
  const rows = Math.ceil(Math.max(40 * size, ROWS + random.between(0, 12) - initialRows) / inserts);
  for (let i = 0; i < inserts; i++) {
    actions.push({ atMs: someTime(random), kind: 'insert', rows, seed: seedOf(random), buffered: random.chance(0.3) });
  }
  const share = 0.1 + random.next() * 0.3;
  const isKeyed = key === 'configured' || key === 'declared';
  if (isKeyed && random.chance(0.4)) actions.push({ atMs: someTime(random), kind: 'update', share, seed: seedOf(random) });
  // Where several rows have one key, what is left of it cannot be told.
  if (isKeyed && keys === undefined && random.chance(0.15))
    actions.push({ atMs: someTime(random), kind: 'rekey', share: share / 4, seed: seedOf(random) });
  if (keys === undefined && random.chance(0.1))
    actions.push({ atMs: someTime(random), kind: 'delete', share: share / 4, seed: seedOf(random) });
  const anew = { rows: random.between(0, 40) * size, seed: seedOf(random) };
  const dice = random.next();
  if (dice < 0.08) actions.push({ atMs: someTime(random), kind: 'recreate', ...anew });
  else if (dice < 0.12) actions.push({ atMs: someTime(random), kind: 'truncate', ...anew });
  else if (dice < 0.13) actions.push({ atMs: someTime(random), kind: 'drop-table', ...anew, ms: random.between(100, 4000) });
  return actions;
}

function schemaActions(random: Random, { nodes }: SimConfig): SimAction[] {
  const dice = random.next();
  if (dice > 0.36) return [];
  const atMs = someTime(random);
  const actions: SimAction[] = [{ atMs, kind: dice < 0.24 ? 'add-column' : 'retype' }];
  if (dice < 0.08) actions.push({ atMs: atMs + random.between(50, 2000), kind: 'drop-column' });
  const downMs = random.between(100, 3000);
  if (random.chance(0.8))
    actions.push({ atMs, kind: 'crash', point: 'during-schema-change', after: 0, whole: nodes > 1 && random.chance(0.5), downMs });
  return actions;
}

/** Of a random of its own, too. */
function renames(random: Random): SimAction[] {
  return random.chance(0.1) ? [{ atMs: someTime(random), kind: 'rename' }] : [];
}

/** What happens to whole nodes; the first one stays. */
function clusterActions(random: Random, { nodes }: SimConfig): SimAction[] {
  const atMs = someTime(random);
  const node = random.between(1, nodes - 1);
  const dice = random.next();
  if (dice < 0.06) return [{ atMs, kind: 'join', node }];
  if (dice < 0.12) return [{ atMs, kind: 'leave', node }];
  if (dice < 0.18) return [{ atMs, kind: 'destroy', node, ms: random.between(0, 3000) }];
  if (dice < 0.23) return [{ atMs, kind: 'rolling', node: 0, ms: random.between(200, 1500) }];
  if (dice < 0.27) return [{ atMs, kind: 'stall', node: random.between(0, nodes - 1), ms: random.between(...NOTICED_MS) }];
  if (dice < 0.31) return [{ atMs, kind: 'solo', node: random.between(0, nodes - 1), ms: random.between(500, 20_000) }];
  const point = random.pick(['mid-handover', 'mid-handover', 'after-commit', 'mid-commit'] as const);
  const whole = { kind: 'crash', after: random.between(0, 2), whole: true } as const;
  if (dice < 0.5) {
    // A failover, and a crash in the middle of it.
    return [
      { atMs, ...whole, point: random.pick(['mid-page', 'after-commit', 'mid-commit'] as const), downMs: random.between(...NOTICED_MS) },
      { atMs: atMs + 1, ...whole, point: 'mid-handover', after: random.between(0, 1), downMs: random.between(100, 3000) },
    ];
  }
  if (dice < 0.7) return [{ atMs, ...whole, point, downMs: random.between(100, 3000) }];
  return [];
}

function trouble(random: Random, { nodes, threads }: SimConfig): SimAction {
  const atMs = someTime(random);
  const node = random.between(0, nodes - 1);
  const thread = random.between(0, threads - 1);
  const dice = random.next();
  if (dice < 0.42) return faultAt(atMs, random);
  if (dice < 0.78) {
    const point = random.pick(nodes === 1 ? LONE_POINTS : CRASH_POINTS);
    const downMs = nodes > 1 && random.chance(0.15) ? random.between(...NOTICED_MS) : random.between(100, 4000);
    return { atMs, kind: 'crash', point, after: random.between(0, SELDOM_REACHED.has(point) ? 1 : 4), whole: random.chance(0.6), downMs };
  }
  if (dice < 0.81) return { atMs, kind: 'zombie', node, thread, ms: random.chance(0.15) ? 60_000 : random.between(500, 8000) };
  if (dice < 0.84) return { atMs, kind: 'twin', node, thread, ms: random.between(500, 3700) };
  if (dice < 0.87 && threads > 1)
    return { atMs, kind: 'second-owner', node, thread: random.between(1, threads - 1), ms: random.between(500, 4000) };
  if (dice < 0.91) return { atMs, kind: 'clock-step', node, ms: random.between(-300_000, 300_000) };
  if (dice < 0.94) return { atMs, kind: 'expire-results' };
  const isNoticed = random.chance(0.25);
  const ms = isNoticed ? random.between(...NOTICED_MS) : random.between(500, 4000);
  if (nodes > 1 && dice < 0.97) return { atMs, kind: 'cut', node, ms };
  if (nodes > 1) return { atMs, kind: 'down', node, ms };
  return { atMs, kind: 'restart', node };
}

/** Any; those that make a table wait for a minute less often. */
function faultAt(atMs: number, random: Random): SimAction {
  const first = random.pick(SOURCE_FAULT_NAMES);
  const fault = first === 'quota-403' && random.chance(0.3) ? random.pick(SOURCE_FAULT_NAMES) : first;
  // A source is not opened often.
  return { atMs, kind: 'fault', fault, after: random.between(0, sourceFault(fault).calls.length === 1 ? 1 : 2) };
}

function leftOut(action: SimAction, without: readonly Kind[]): boolean {
  if (action.kind === 'crash') return without.includes(action.point);
  if (action.kind === 'fault') return without.includes(action.fault);
  return action.kind !== 'insert' && without.includes(action.kind);
}

/** How many times the least: mostly once, at times up to fifteen. */
function sizeOf(random: Random): number {
  const dice = random.next();
  return dice < 0.95 ? 1 : dice < 0.99 ? random.between(2, 4) : random.between(5, 15);
}

/** 1, 2, … with the odds of its place. */
function weighted(random: Random, odds: readonly number[]): number {
  let dice = random.next() * odds.reduce((sum, each) => sum + each, 0);
  const at = odds.findIndex((each) => (dice -= each) < 0);
  return (at < 0 ? odds.length - 1 : at) + 1;
}

/** Half of what happens does so while the first window is being read. */
function someTime(random: Random): number {
  return random.chance(0.45) ? random.between(0, 600) : random.between(0, LENGTH_MS);
}

function seedOf(random: Random): number {
  return random.between(1, 2_000_000_000);
}

/** A schedule of one tied cursor and many rows, to be run apart. */
export function bigScheduleOf(seed: number, rows: number): Schedule {
  const { config, actions } = scheduleOf(seed, { maxNodes: 1 });
  const scale = Math.max(1, Math.round(rows / 300));
  const commitRows = [60 * scale, 40 * scale, 30 * scale] as const;
  return {
    seed,
    config: { ...config, initialRows: rows, isTied: true, keys: undefined, pageRows: 40 * scale, unitRows: 90 * scale, commitRows },
    actions,
  };
}
