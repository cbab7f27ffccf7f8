import type { CursorType } from '@bqsync/core';
import { CRASH_POINTS, type CrashPoint, SOURCE_FAULT_NAMES, type SourceFaultName } from './faults.ts';

export interface SimConfig {
  readonly nodes: number;
  readonly threads: number;
  readonly cursorType: CursorType;
  readonly key: 'configured' | 'declared' | 'content' | 'content-keep';
  readonly prunable: boolean;
  readonly bytesPerRow: number;
  readonly pageRows: number;
  readonly unitRows: number;
  readonly commitRows: readonly [number, number, number];
  readonly latenessSeconds: number;
  readonly pollIntervalMs: number;
  readonly hasStart: boolean;
  readonly initialRows: number;
  /** Different keys that rows are given, so that few make many rows of one; undefined: each row has one of its own. */
  readonly keys: number | undefined;
  /** Whether some rows have a cursor of the future (they do by default): no poll is skipped then. */
  readonly hasFuture?: boolean | undefined;
  /** Whether replicas drop now and then a transaction of any size, not only small ones. */
  readonly dropsAny?: boolean | undefined;
  /** By how much each node's wall clock is off at first. */
  readonly skewsMs?: readonly number[] | undefined;
  /** By how much cursors lie behind the source's clock, or ahead of it, as those in local time do; absent: not at all. */
  readonly cursorOffsetMs?: number | undefined;
  /** All rows with a cursor of no kind of its own share one. */
  readonly isTied?: boolean | undefined;
}

/** Something that happens at a time of the schedule. `seed` decides the rows it makes. */
export type SimAction = { readonly atMs: number } & (
  | { readonly kind: 'insert'; readonly rows: number; readonly seed: number; readonly buffered: boolean }
  | { readonly kind: 'update' | 'rekey' | 'delete'; readonly share: number; readonly seed: number }
  | { readonly kind: 'add-column' | 'drop-column' | 'retype' | 'rename' | 'expire-results' }
  | { readonly kind: 'recreate' | 'truncate'; readonly rows: number; readonly seed: number }
  | { readonly kind: 'drop-table'; readonly rows: number; readonly seed: number; readonly ms: number }
  | { readonly kind: 'fault'; readonly fault: SourceFaultName; readonly after: number }
  | { readonly kind: 'crash'; readonly point: CrashPoint; readonly after: number; readonly whole: boolean; readonly downMs: number }
  | NodeAction
);

export type NodeAction =
  /** One thread: paused while another takes its place; doubled by a later life; the owner of the table beside the one it has. */
  | { readonly kind: 'zombie' | 'twin' | 'second-owner'; readonly node: number; readonly thread: number; readonly ms: number }
  /** The wall clock jumps; nothing leaves or reaches the node; it is down; it stands still as a whole; all others are down. */
  | { readonly kind: 'clock-step' | 'cut' | 'down' | 'stall' | 'solo'; readonly node: number; readonly ms: number }
  /** Cut off, and after `ms` its disk is lost with all that it had not sent. */
  | { readonly kind: 'destroy'; readonly node: number; readonly ms: number }
  /** `rolling`: one node after another, `ms` apart, from this one on. */
  | { readonly kind: 'rolling'; readonly node: number; readonly ms: number }
  /** `join`: the node is not there before. `leave`: for good, once the others have what it wrote. */
  | { readonly kind: 'restart'; readonly node: number }
  | { readonly kind: 'join'; readonly node: number }
  | { readonly kind: 'leave'; readonly node: number };

export interface Schedule {
  readonly seed: number;
  readonly config: SimConfig;
  /** In order of time. */
  readonly actions: readonly SimAction[];
}

/** What a schedule may be kept from, beside each crash point and source fault. */
export const KINDS = [
  'update',
  'rekey',
  'delete',
  'add-column',
  'drop-column',
  'retype',
  'rename',
  'recreate',
  'truncate',
  'drop-table',
  'expire-results',
  'late-days',
  'local-time',
  'zombie',
  'twin',
  'second-owner',
  'clock-step',
  'skew',
  'restart',
  'rolling',
  'cut',
  'down',
  'stall',
  'solo',
  'destroy',
  'join',
  'leave',
  'rivals',
] as const;
export type Kind = (typeof KINDS)[number] | CrashPoint | SourceFaultName;

/** What the engine is known to fail, so that it is left out unless asked for: see the README. */
export const KNOWN_TO_FAIL: readonly Kind[] = ['rivals'];

export function isKind(text: string): text is Kind {
  return [...KINDS, ...CRASH_POINTS, ...SOURCE_FAULT_NAMES].some((kind) => kind === text);
}
