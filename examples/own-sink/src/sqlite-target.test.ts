import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checkpoint, type Column, type RejectedRow, syncAll } from '@bqsync/core';
import { MemorySource } from '@bqsync/core/memory';
import { registerSinkContract, registerStateStoreContract, type TargetHarness } from '@bqsync/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { SqliteStore } from './sqlite-store.ts';
import { SqliteTarget } from './sqlite-target.ts';

const folder = mkdtempSync(join(tmpdir(), 'own-sink-'));
const opened = new Set<SqliteStore>();
let files = 0;
const newFile = (): string => join(folder, `${++files}.db`);
const open = (path: string): SqliteStore => {
  const store = new SqliteStore(path);
  opened.add(store);
  return store;
};
afterAll(() => {
  for (const store of opened) store.close();
  rmSync(folder, { recursive: true });
});

/** What the contracts need beside the ports: to look inside, and to make a commit fail, here by a trigger as a full disk would. */
function harness(path: string): TargetHarness {
  const store = open(path);
  const target = new SqliteTarget(store);
  let failing = false;
  const TABLES = ['row', 'quarantine', 'state'];
  const fail = (): void => {
    for (const name of TABLES) {
      store.run(`CREATE TEMP TRIGGER fail_${name} BEFORE INSERT ON ${name} BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END`);
    }
  };
  const recover = (): void => {
    for (const name of TABLES) store.run(`DROP TRIGGER IF EXISTS temp.fail_${name}`);
  };
  return {
    sink: {
      prepare: (...args) => target.prepare(...args),
      deleteStale: (...args) => target.deleteStale(...args),
      finishRepair: (...args) => target.finishRepair(...args),
      commit: async (...args) => {
        if (failing) fail();
        failing = false;
        return target.commit(...args).finally(recover);
      },
    },
    state: target,
    rowsOf: (table) => Promise.resolve(target.rowsOf(table.target.table)),
    quarantineOf: (table) =>
      Promise.resolve(
        store.all('SELECT value FROM quarantine WHERE table_id = ?', table.id).map(({ value }) => JSON.parse(String(value)) as RejectedRow),
      ),
    checkpointsOf: (table) =>
      Promise.resolve(
        store
          .all("SELECT value FROM state WHERE kind = 'checkpoint'")
          .map(({ value }) => JSON.parse(String(value)) as Checkpoint)
          .filter(({ tableId }) => tableId === table.id),
      ),
    // Nothing is flushed or closed for it, as after a kill -9.
    restart: () => Promise.resolve(harness(path)),
    failNextCommit: () => {
      failing = true;
    },
    damageProgress: (tableId) => {
      store.run("UPDATE state SET value = substr(value, 1, length(value) / 2) WHERE kind = 'progress' AND id = ?", tableId);
    },
  };
}

registerSinkContract({ describe, it }, () => harness(newFile()));
registerStateStoreContract({ describe, it }, () => harness(newFile()));

const columns: Column[] = [
  { name: 'id', type: 'STRING', repeated: false, required: true },
  { name: 'seen', type: 'TIMESTAMP', repeated: false, required: true },
  { name: 'count', type: 'INT64', repeated: false, required: false },
];
const ship = (i: number) => ({
  id: `s${String(i)}`,
  seen: `2026-01-01T00:00:00.${String(i).padStart(6, '0')}Z`,
  count: 2n ** 60n + BigInt(i),
});

it('a sink of one’s own holds every row exactly, over restarts, from a spec of three lines', async () => {
  const path = newFile();
  const source = new MemorySource({ pageRows: 40 });
  source.create('ships', columns);
  source.insert(
    'ships',
    Array.from({ length: 250 }, (_, i) => ship(i)),
  );
  const tables = [{ id: 'ships', cursorColumn: 'seen', primaryKey: ['id'] }];
  const sync = (target: SqliteTarget) => syncAll({ tables, source, sink: target, state: target });

  expect(await sync(new SqliteTarget(open(path)))).toMatchObject({ ships: { status: 'success', rows: 250 } });
  source.insert('ships', [ship(250), { ...ship(3), seen: ship(251).seen, count: 7 }]);
  const second = new SqliteTarget(open(path));
  expect(await sync(second)).toMatchObject({ ships: { status: 'success' } });

  const rows = second.rowsOf('ships');
  expect(rows.size).toBe(251);
  expect(rows.get('s3')).toMatchObject({ count: 7 });
  expect(rows.get('s250')).toEqual(ship(250));
});
