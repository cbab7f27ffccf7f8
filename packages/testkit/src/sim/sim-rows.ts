import type { Column, Row } from '@bqsync/core';
import { cursorAt, idOf, type ModelBigQuery, type SourceRow } from './model-bigquery.ts';
import { Random } from './random.ts';
import type { SimConfig } from './schedule.ts';

/** The value that the model's target refuses. */
export const REFUSED = 666;

export function columnsOf({ cursorType }: SimConfig): Column[] {
  return [
    { name: 'id', type: 'STRING', repeated: false, required: false },
    { name: 'ts', type: cursorType, repeated: false, required: false },
    { name: 'value', type: 'INT64', repeated: false, required: false },
  ];
}

/** What the column `value` is called once it is renamed. */
export const RENAMED = 'amount';

export const ADDED_COLUMN: Column = { name: 'extra', type: 'STRING', repeated: false, required: false };

/** Where the configured start lies, if there is one: some of the first rows are before it. */
export const START_MS = -3 * 86_400_000;

/** What a row's cursor says at a time of the source's clock. */
function cursorNow({ cursorOffsetMs = 0 }: SimConfig, atMs: number): number {
  return atMs + cursorOffsetMs;
}

type NewRow = Pick<SourceRow, 'row' | 'poison'>;

/** Rows that a new table is filled with, of any age: ties, NULL and future cursors, times before 1970, keys that are missing or many. */
export function firstRows(config: SimConfig, atMs: number, count: number, seed: number): NewRow[] {
  const nowMs = cursorNow(config, atMs);
  const random = new Random(seed);
  const tie = nowMs - random.between(0, 86_400_000);
  return Array.from({ length: count }, (_, i) => {
    const dice = random.next();
    let ms: number | null = nowMs - random.next() * 6 * 86_400_000;
    if (dice < 0.05) ms = null;
    else if (dice < 0.08) ms = -1_800_000_000_000 - random.between(1, 10) * 86_400_000;
    else if (dice < 0.1) ms = config.hasFuture === false ? ms : nowMs + random.between(1000, 86_400_000);
    else if (dice < 0.35 || config.isTied === true) ms = tie;
    else if (dice < 0.5) ms = Math.floor(ms / 60_000) * 60_000;
    return rowOf(config, random, ms, `${String(seed)}-${String(i)}`);
  });
}

/** Rows that arrive later: none older than `lateness` allows, many late, some of the future. */
export function laterRows(config: SimConfig, model: ModelBigQuery, atMs: number, count: number, seed: number): NewRow[] {
  const nowMs = cursorNow(config, atMs);
  const random = new Random(seed);
  const reachMs = config.latenessSeconds * 1000 * 0.95;
  const tie = nowMs - random.next() * reachMs;
  const isExtended = model.columns.some(({ name }) => name === ADDED_COLUMN.name);
  return Array.from({ length: count }, (_, i) => {
    const dice = random.next();
    let ms = nowMs - random.next() * reachMs;
    if (dice < 0.3) ms = nowMs;
    else if (dice < 0.33) ms = config.hasFuture === false ? ms : nowMs + random.between(1000, 3_600_000);
    else if (dice < 0.55) ms = tie;
    const made = rowOf(config, random, ms, `${String(seed)}-${String(i)}`);
    return isExtended && random.chance(0.5) ? { ...made, row: { ...made.row, extra: `e${String(i % 3)}` } } : made;
  });
}

/** Raises the cursor of some rows and changes what they say. */
export function updateRows(config: SimConfig, model: ModelBigQuery, atMs: number, share: number, seed: number): void {
  const nowMs = cursorNow(config, atMs);
  const random = new Random(seed);
  model.update(({ row, poison }) => {
    if (poison !== undefined || !random.chance(share)) return undefined;
    const ts = cursorAt(nowMs, config.cursorType, random.between(0, 999));
    const held = row['ts'];
    // An update raises the cursor: one of the future stays as it is.
    return typeof held === 'string' && held >= ts ? undefined : { ...row, ts, value: random.between(0, 9) };
  });
}

/** Gives some rows another id, and a greater cursor with it. */
export function rekeyRows(config: SimConfig, model: ModelBigQuery, atMs: number, share: number, seed: number): void {
  const nowMs = cursorNow(config, atMs);
  const random = new Random(seed);
  let renamed = 0;
  model.update(({ row, poison }) => {
    const ts = cursorAt(nowMs, config.cursorType, random.between(0, 999));
    const held = row['ts'];
    if (poison !== undefined || idOf(row) === '' || !random.chance(share) || (typeof held === 'string' && held >= ts)) return undefined;
    return { ...row, ts, id: `r${String(seed)}-${String(renamed++)}` };
  });
}

export function deleteRows(model: ModelBigQuery, share: number, seed: number): void {
  const random = new Random(seed);
  model.remove(({ poison }) => poison === undefined && random.chance(share));
}

function rowOf(config: SimConfig, random: Random, ms: number | null, unique: string): NewRow {
  const ts = ms === null ? null : cursorAt(ms, config.cursorType, random.chance(0.5) ? random.between(0, 999) : 0);
  const value = random.between(0, 3);
  const dice = random.next();
  if (dice < 0.012) return { row: { id: `poison-${unique}`, ts, value }, poison: 'decode' };
  if (dice < 0.024) return { row: { id: `refused-${unique}`, ts, value: REFUSED }, poison: 'refused' };
  if (dice < 0.034) return { row: { id: null, ts, value }, poison: undefined };
  if (dice < 0.04) return { row: { id: '', ts, value }, poison: undefined };
  const id = config.keys === undefined ? `k${unique}` : `k${String(random.between(0, config.keys - 1))}`;
  const row: Row = { id, ts, value };
  return { row, poison: undefined };
}
