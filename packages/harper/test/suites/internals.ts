import { describe, expect, it } from 'vitest';
import type { HarperApp } from '../harper-app.ts';

export function registerInternalsTests(app: HarperApp): void {
  // What bqsync uses of Harper beyond its documentation and typings: a new version of Harper must pass here first.
  describe('Harper', () => {
    it('gives a transaction the version it is asked for, and drops an older or equal one without an error (R1)', async () => {
      await app.call('put', 'Note', { k: 'a', text: 'first' }, 2_000.5);
      expect(await app.call('entry', 'Note', 'a')).toEqual({ version: 2_000.5, record: { k: 'a', text: 'first' } });
      for (const version of [2_000.499, 2_000.5]) {
        await app.call('put', 'Note', { k: 'a', text: 'dropped' }, version);
        expect((await app.call('entry', 'Note', 'a'))?.record?.text).toBe('first');
      }
      await app.call('put', 'Note', { k: 'a', text: 'second' }, 2_000.501);
      expect((await app.call('entry', 'Note', 'a'))?.record?.text).toBe('second');
    });

    it('getEntry: undefined for no row, a null value with the version of a deleted one', async () => {
      expect(await app.call('entry', 'Note', 'never')).toBeUndefined();
      await app.call('put', 'Note', { k: 'gone', text: 'x' }, 2_000);
      await app.call('remove', 'Note', 'gone');
      const left = (await app.call('entry', 'Note', 'gone'))!;
      expect(left.record).toBeNull();
      expect(left.version).toBeGreaterThan(2_000);
    });

    it('get, the documented way, says the same of a row', async () => {
      const row = { k: 'same', text: 't', other: { deep: [1] } };
      await app.call('put', 'Note', row, 3_000);
      expect(await app.call('entry', 'Note', 'same')).toEqual({ version: 3_000, record: row });
      expect(await app.call('entryByGet', 'Note', 'same')).toEqual({ version: 3_000, record: row });
      expect(await app.call('entryByGet', 'Note', 'never')).toBeUndefined();
    });

    it('getRange goes through the text keys in order, from the first or behind one', async () => {
      for (const k of ['p3', 'p1', 'p2', 'p0']) await app.call('put', 'Note', { k, text: k });
      await app.call('remove', 'Note', 'p2');
      expect(await app.call('page', 'Note', 'p', 3)).toEqual({ keys: ['p0', 'p1'], last: 'p2' });
      expect(await app.call('page', 'Note', 'p2', 3)).toEqual({ keys: ['p3', 'same'], last: 'same' });
      expect(await app.call('page', 'Note', 'same', 3)).toEqual({ keys: [], last: undefined });
      expect((await app.call('page', 'Note', undefined, 1)).keys).toEqual(['a']);
    });

    it('getRange counts rows with keys of any kind, and deleted ones not', async () => {
      await app.call('makeTable', 'data', 'Keys');
      for (const id of ['', ' ', 'z', -1, 0, 2.5]) await app.call('put', 'Keys', { id });
      for (let n = 0; n < 2_100; n++) await app.call('put', 'Keys', { id: `n${String(n)}` });
      await app.call('remove', 'Keys', 'n7');
      expect(await app.call('count', 'Keys')).toBe(2_105);
    });

    it('prototype.validate says what the declaration has against a record', async () => {
      expect(await app.call('validation', 'Note', { k: 'v', n: 1 })).toBeUndefined();
      expect(await app.call('validation', 'Note', { k: 'v', n: 'one' })).toMatch(/property n must be an integer/);
    });

    it('openDB frees a read that is under way, by Harper alone, and the node dies of its next step; guarded, it does not', async () => {
      await app.call('makeTable', 'fresh', 'Read');
      for (const id of ['a', 'b', 'c', 'd']) await app.call('put', 'fresh.Read', { id });
      // Where this fails, Harper has no need of guardReads any more.
      expect(await app.call('makeBesideRead', 'fresh', 'Read', 'First')).toEqual({ freed: true, rows: undefined });
      expect(await app.call('guardReads')).toBe(true);
      for (const made of ['Second', 'Third', 'Fourth']) {
        expect(await app.call('makeBesideRead', 'fresh', 'Read', made)).toEqual({ freed: false, rows: 4 });
      }
      expect(await app.call('guardReads')).toBe(true);
    });

    it('dbisDB keeps the sequence that replication has received; guarded, it is written later, and set back at the next start', async () => {
      // Where the first is held back as well, Harper keeps it elsewhere, and guardSequence must learn where.
      expect(await app.call('recordSequence', 'Note', 97, 100_000)).toEqual({ seqId: 100_000 });
      expect(await app.call('guardSequence')).toBe(true);
      // After an upgrade: what was received since may not be stored yet.
      expect(await app.call('recordSequence', 'Note', 97, 200_000)).toEqual({ seqId: 100_000 });
      const first = { seqId: 140_000, nodes: [] };
      expect(await app.call('recordSequence', 'Note', 98, 200_000), 'of an origin that is new').toEqual(first);
      expect(await app.call('recordSequence', 'Note', 98, 300_000)).toEqual(first);
    });

    it('opens a table and reads it where no read was under way, guarded', async () => {
      await app.call('guardReads');
      await app.call('makeTable', 'fresh', 'Quiet');
      await app.call('put', 'fresh.Quiet', { id: 'a' });
      expect((await app.call('entry', 'fresh.Quiet', 'a'))?.record).toMatchObject({ id: 'a' });
    });
  });
}
