import type { CursorRange, Heard, TableProgress, UnitProgress, WindowIntent, WindowProgress, WindowRequest } from '@bqsync/core';
import { parseInstant } from '@bqsync/core';
import type { HarperRecord } from './harper-runtime.ts';

/** A stored state record that cannot be understood. Caught where it is loaded. */
export class DamagedRecord extends Error {}

/** Each node that shares a target keeps records of its own, so that none overwrites another's; without a node there is one a table. */
export function recordId(tableId: string, node: string | undefined): string {
  return node === undefined ? tableId : `${tableId}@${node}`;
}

export function progressRecord(progress: TableProgress, node: string | undefined): HarperRecord {
  return { id: recordId(progress.tableId, node), node: node ?? null, ...progress };
}

/** Throws {@link DamagedRecord} naming the field. */
export function parseProgress(record: HarperRecord): TableProgress {
  const window = nullable(record, 'window', object);
  const seen = nullable(record, 'seen', object);
  const counters = object(record, 'counters');
  const spend = object(record, 'spend');
  return {
    tableId: text(record, 'tableId'),
    generation: text(record, 'generation'),
    epoch: count(record, 'epoch'),
    schemaHash: text(record, 'schemaHash'),
    stage: oneOf(record, 'stage', ['backfill', 'tail']),
    window: window && {
      windowId: text(window, 'windowId'),
      kind: oneOf(window, 'kind', KINDS),
      range: parseWindowRange(object(window, 'range')),
      snapshot: instant(window, 'snapshot'),
      totalRows: count(window, 'totalRows'),
      ...(typeof window['handle'] === 'string' ? { handle: window['handle'] } : {}),
      units: count(window, 'units'),
      rowsDone: count(window, 'rowsDone'),
      commits: count(window, 'commits'),
      ...versions(window),
      rewrite: flag(window, 'rewrite'),
      maxCursor: nullable(window, 'maxCursor', text),
    },
    completedWindowId: nullable(record, 'completedWindowId', text),
    completedRange: nullable(record, 'completedRange', (from, name) => parseWindowRange(object(from, name))),
    frontier: nullable(record, 'frontier', instant),
    maxCursor: nullable(record, 'maxCursor', text),
    snapshot: nullable(record, 'snapshot', instant),
    sweepSnapshot: nullable(record, 'sweepSnapshot', instant),
    // Absent in records of before.
    ...(record['sweepFrontier'] === undefined ? {} : { sweepFrontier: nullable(record, 'sweepFrontier', instant) }),
    firstSnapshot: nullable(record, 'firstSnapshot', instant),
    nullsDone: flag(record, 'nullsDone'),
    staleRows: flag(record, 'staleRows'),
    ...(record['rescan'] === undefined ? {} : { rescan: nullable(record, 'rescan', text) }),
    seen: seen && {
      token: text(seen, 'token'),
      modifiedAt: instant(seen, 'modifiedAt'),
      openedAt: instant(seen, 'openedAt'),
      streaming: flag(seen, 'streaming'),
    },
    counters: {
      inserted: count(counters, 'inserted'),
      updated: count(counters, 'updated'),
      unchanged: count(counters, 'unchanged'),
      superseded: count(counters, 'superseded'),
      quarantined: count(counters, 'quarantined'),
      deleted: count(counters, 'deleted'),
      late: count(counters, 'late'),
      lateMaxSeconds: amount(counters, 'lateMaxSeconds'),
      windows: count(counters, 'windows'),
      commits: count(counters, 'commits'),
      bytesScanned: count(counters, 'bytesScanned'),
      bytesBilled: count(counters, 'bytesBilled'),
      // Records of before it was counted.
      bytesByReadApi: counters['bytesByReadApi'] === undefined ? 0 : count(counters, 'bytesByReadApi'),
    },
    touched: nullable(record, 'touched', instant),
    healing: flag(record, 'healing'),
    cleared: count(record, 'cleared'),
    // Unknown in records of before: more is read again than need be.
    heard: parseHeard(object(record, 'heard')),
    spend: { day: text(spend, 'day'), bytes: count(spend, 'bytes') },
  };
}

function parseWindowRange(range: HarperRecord): WindowProgress['range'] {
  return {
    from: nullable(range, 'from', instant),
    to: nullable(range, 'to', instant),
    nulls: oneOf(range, 'nulls', NULLS),
  };
}

function parseHeard(record: HarperRecord): TableProgress['heard'] {
  const heard: Record<string, Heard[]> = {};
  for (const node of Object.keys(record)) {
    const stretches = record[node];
    if (!Array.isArray(stretches)) throw damaged(`heard.${node}`, 'a list');
    heard[node] = stretches.map((stretch: unknown) => {
      if (typeof stretch !== 'object' || stretch === null) throw damaged(`heard.${node}`, 'a list of stretches');
      const { window } = stretch as { readonly window?: unknown };
      return {
        low: nullable(stretch as HarperRecord, 'low', instant),
        high: nullable(stretch as HarperRecord, 'high', instant),
        ...(window === undefined || window === null ? {} : { window: instant(stretch as HarperRecord, 'window') }),
      };
    });
  }
  return heard;
}

export function unitId(tableId: string, node: string | undefined, index: number): string {
  return `${recordId(tableId, node)}/${index}`;
}

export function unitRecord(unit: UnitProgress, node: string | undefined): HarperRecord {
  return { id: unitId(unit.tableId, node, unit.index), ...unit };
}

/** Throws {@link DamagedRecord} naming the field. */
export function parseUnit(record: HarperRecord): UnitProgress {
  return {
    tableId: text(record, 'tableId'),
    windowId: text(record, 'windowId'),
    index: count(record, 'index'),
    startRow: count(record, 'startRow'),
    endRow: nullable(record, 'endRow', count),
    rowsDone: count(record, 'rowsDone'),
    commits: count(record, 'commits'),
    ...versions(record),
    maxCursor: nullable(record, 'maxCursor', text),
    inserted: count(record, 'inserted'),
    updated: count(record, 'updated'),
    unchanged: count(record, 'unchanged'),
    superseded: count(record, 'superseded'),
    quarantined: count(record, 'quarantined'),
  };
}

export function intentRecord(intent: WindowIntent, node: string | undefined): HarperRecord {
  return { id: recordId(intent.tableId, node), ...intent };
}

/** Throws {@link DamagedRecord} naming the field. */
export function parseIntent(record: HarperRecord): WindowIntent {
  const probe = object(record, 'probe');
  return {
    tableId: text(record, 'tableId'),
    request: parseRequest(object(record, 'request')),
    generation: text(record, 'generation'),
    epoch: count(record, 'epoch'),
    schemaHash: text(record, 'schemaHash'),
    workerId: text(record, 'workerId'),
    bootId: text(record, 'bootId'),
    probe: { token: text(probe, 'token'), modifiedAt: instant(probe, 'modifiedAt'), streaming: flag(probe, 'streaming') },
  };
}

function parseRequest(record: HarperRecord): WindowIntent['request'] {
  const range = parseWindowRange(object(record, 'range'));
  return {
    windowId: text(record, 'windowId'),
    kind: oneOf(record, 'kind', KINDS),
    range,
    ...(record.maxBytesBilled === undefined ? {} : { maxBytesBilled: count(record, 'maxBytesBilled') }),
    ...(record.readers === undefined ? {} : { readers: count(record, 'readers') }),
  };
}

const KINDS: readonly WindowRequest['kind'][] = ['backfill', 'tail', 'sweep', 'near-sweep', 'repair', 'verify'];

const NULLS: readonly CursorRange['nulls'][] = ['include', 'exclude', 'only'];

function damaged(name: string, wanted: string): DamagedRecord {
  return new DamagedRecord(`field "${name}" is not ${wanted}`);
}

function nullable<T>(record: HarperRecord, name: string, read: (record: HarperRecord, name: string) => T): T | null {
  return record[name] === null ? null : read(record, name);
}

function text(record: HarperRecord, name: string): string {
  const value = record[name];
  if (typeof value !== 'string') throw damaged(name, 'a text');
  return value;
}

function instant(record: HarperRecord, name: string): string {
  const value = text(record, name);
  if (parseInstant(value) === undefined) throw damaged(name, 'an instant');
  return value;
}

function amount(record: HarperRecord, name: string): number {
  const value = record[name];
  if (typeof value !== 'number' || !(value >= 0)) throw damaged(name, 'a number from 0 on');
  return value;
}

function count(record: HarperRecord, name: string): number {
  const value = amount(record, name);
  if (!Number.isSafeInteger(value)) throw damaged(name, 'a whole number');
  return value;
}

/** Absent in older records: one per commit was used. */
function versions(record: HarperRecord): { readonly versions?: number } {
  return record.versions === undefined || record.versions === null ? {} : { versions: count(record, 'versions') };
}

function flag(record: HarperRecord, name: string): boolean {
  const value = record[name];
  if (typeof value !== 'boolean') throw damaged(name, 'true or false');
  return value;
}

function object(record: HarperRecord, name: string): HarperRecord {
  const value = record[name];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(name, 'an object');
  return value as HarperRecord;
}

function oneOf<T extends string>(record: HarperRecord, name: string, allowed: readonly T[]): T {
  const value = allowed.find((item) => item === record[name]);
  if (value === undefined) throw damaged(name, `one of ${allowed.join(', ')}`);
  return value;
}
