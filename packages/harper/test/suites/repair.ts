import { type CursorRange, formatInstant, type RejectedRow } from '@bqsync/core';
import { expect, it } from 'vitest';
import type { Target } from '../app/calls.ts';
import { at, intent, keyed, order, target } from '../fixtures.ts';
import type { HarperApp } from '../harper-app.ts';

const NULLS: CursorRange = { from: undefined, to: undefined, nulls: 'only' };
const range = (from: number, to: number): CursorRange => ({ from: at(from), to: at(to), nulls: 'exclude' });
const ts = (offset: number): string => formatInstant(at(offset));

export function registerRepairTests(app: HarperApp): void {
  let made = 0;
  /** A target with rows at 10, 20 and 30 and one without a cursor, as of snapshot 0. */
  async function fresh(): Promise<Target & { name: string }> {
    const name = `Repair${String(++made)}`;
    const into = target(name);
    await app.call('prepare', into);
    await app.call('saveIntent', intent(name));
    await app.call('commit', order(into, [keyed('a', {}, ts(10)), keyed('b', {}, ts(20)), keyed('c', {}, ts(30)), keyed('none')]));
    return { ...into, name };
  }
  const keysOf = async (name: string): Promise<string[]> => (await app.call('rows', name)).map(({ key }) => key);
  const auditOf = async (name: string) =>
    (await app.call('rows', 'SyncAudit')).map(({ row }) => row).filter(({ tableId }) => tableId === name);
  const rejected = (key: string, cursor: string | null | undefined): RejectedRow => ({
    key,
    reason: 'r',
    message: 'm',
    sample: 's',
    cursor,
  });

  it('delete what lies in a range and was not written at its snapshot, rows of others too', async () => {
    const into = await fresh();
    await app.call('put', into.name, { k: 'alien', ts: ts(25) });
    await app.call('put', into.name, { k: 'numeric', ts: 'no instant' });
    await app.call('commit', order(into, [keyed('b', { v: 'new' }, ts(20))], { snapshot: at(100), compare: false }));
    const repaired = [{ range: range(15, 30), snapshot: at(100) }];
    expect(await app.call('finishRepair', into.table, repaired, 5)).toEqual({ deleted: 1, resolved: 0 });
    expect(await keysOf(into.name)).toEqual(['a', 'b', 'c', 'none', 'numeric']);
    // What has no instant lies with the rows that have none.
    expect(await app.call('finishRepair', into.table, [{ range: NULLS, snapshot: at(100) }], 5)).toEqual({ deleted: 2, resolved: 0 });
    expect(await keysOf(into.name)).toEqual(['a', 'b', 'c']);
    expect(await app.call('finishRepair', into.table, repaired, 5)).toEqual({ deleted: 0, resolved: 0 });
  });

  it('delete at the version of the snapshot: older writes lose, a newer one wins', async () => {
    const into = await fresh();
    await app.call('finishRepair', into.table, [{ range: range(5, 15), snapshot: at(100) }], 1);
    const gone = await app.call('entry', into.name, 'a');
    expect(gone?.record).toBeNull();
    // Others of this test file have used its snapshot a moment ago.
    expect(gone?.version).toBeGreaterThanOrEqual(Number(at(100)) / 1000);
    expect(gone?.version).toBeLessThan(Number(at(100)) / 1000 + 1);
    await app.call('put', into.name, { k: 'a', ts: ts(10) }, Number(at(50)) / 1000);
    expect(await keysOf(into.name)).not.toContain('a');
    await app.call('commit', order(into, [keyed('a', {}, ts(10))], { snapshot: at(200) }));
    expect(await keysOf(into.name)).toContain('a');
  });

  it('delete none where it would be more than allowed, or none was asked for', async () => {
    const into = await fresh();
    const repaired = [{ range: range(0, 40), snapshot: at(100) }];
    await expect(app.call('finishRepair', into.table, repaired, 2)).rejects.toMatchObject({ code: 'BQS_USAGE' });
    expect(await app.call('finishRepair', into.table, repaired, undefined)).toEqual({ deleted: 0, resolved: 0 });
    expect(await keysOf(into.name)).toHaveLength(4);
  });

  it('leave a row that is in quarantine: what is stored is its last good state', async () => {
    const into = await fresh();
    await app.call('commit', order(into, [], { snapshot: at(100), compare: false, rejected: [rejected('b', ts(20))] }));
    expect(await app.call('finishRepair', into.table, [{ range: range(0, 40), snapshot: at(100) }], 9)).toEqual({
      deleted: 2,
      resolved: 0,
    });
    expect(await keysOf(into.name)).toEqual(['b', 'none']);
  });

  it('keep a stored row above the part that is repaired', async () => {
    const into = await fresh();
    const lesser = keyed('c', { v: 'lesser' }, ts(5));
    const part = { snapshot: at(100), compare: false, keepFrom: ts(15) };
    expect(await app.call('commit', order(into, [lesser], part))).toMatchObject({ superseded: 1, updated: 0 });
    expect(await app.call('commit', order(into, [keyed('a', { v: 'x' }, ts(5))], { ...part, sequence: 1 }))).toMatchObject({ updated: 1 });
    const nulls = { ...part, sequence: 2, keepFrom: '' };
    expect(await app.call('commit', order(into, [keyed('c'), keyed('none', { v: 'x' })], nulls))).toMatchObject({
      superseded: 1,
      updated: 1,
    });
  });

  it('note where a rejected row lies, and count it', async () => {
    const into = await fresh();
    const window = { from: at(1), to: undefined, nulls: 'exclude' } as const;
    const rows = [
      rejected('known', ts(20)),
      rejected('none-at-all', null),
      rejected('unreadable', undefined),
      rejected('day', '2026-01-01'),
    ];
    const given = order(into, [], { rejected: rows, range: window });
    await app.call('commit', given);
    const found = new Map((await auditOf(into.name)).map((row) => [row.key, row]));
    expect(found.get('known')).toMatchObject({ rangeFrom: ts(20), rangeTo: ts(21), rangeNulls: 'exclude', count: 1 });
    expect(found.get('none-at-all')).toMatchObject({ rangeFrom: null, rangeTo: null, rangeNulls: 'only' });
    expect(found.get('unreadable')).toMatchObject({ rangeFrom: ts(1), rangeTo: null, rangeNulls: 'exclude' });
    expect(found.get('day')).toMatchObject({ rangeFrom: '2026-01-01T00:00:00.000000Z', rangeTo: '2026-01-02T00:00:00.000000Z' });
    // The sync that reads it again has nothing to say; a repair has.
    await app.call('commit', { ...given, sequence: 1, snapshot: at(50) });
    expect((await auditOf(into.name)).map(({ count }) => count)).toEqual([1, 1, 1, 1]);
    await app.call('commit', { ...given, sequence: 2, snapshot: at(60), compare: false });
    expect((await auditOf(into.name)).map(({ count, timestamp }) => [count, timestamp])).toEqual(Array(4).fill([2, ts(60)]));
  });

  it('settle the records of rows that were read again and not rejected', async () => {
    const into = await fresh();
    const other = await fresh();
    const rows = [rejected('fixed', ts(20)), rejected('failing', ts(21)), rejected('far', ts(900)), rejected('none-at-all', null)];
    await app.call('commit', order(into, [], { rejected: rows }));
    await app.call('commit', order(other, [], { rejected: rows }));
    await app.call('commit', order(into, [], { rejected: [rows[1]!], snapshot: at(100), compare: false, sequence: 1 }));
    expect(await app.call('finishRepair', into.table, [{ range: range(0, 40), snapshot: at(100) }], undefined)).toEqual({
      deleted: 0,
      resolved: 1,
    });
    expect((await auditOf(into.name)).map(({ key }) => key).sort()).toEqual(['failing', 'far', 'none-at-all']);
    expect(await auditOf(other.name)).toHaveLength(4);
    const whole: CursorRange = { from: undefined, to: undefined, nulls: 'include' };
    expect(await app.call('finishRepair', into.table, [{ range: whole, snapshot: at(200) }], undefined)).toMatchObject({ resolved: 3 });
  });
}
