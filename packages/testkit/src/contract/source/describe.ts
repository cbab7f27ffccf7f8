import { strict as assert } from 'node:assert';
import { refuses } from '../refuses.ts';
import { at, COLUMNS, column, sampleRow, sampleRows, tableSpec } from '../sample-table.ts';
import type { SourceHarness } from '../source-harness.ts';
import { SourceSession } from '../source-session.ts';
import type { Clause } from '../test-runner.ts';

export const describeClauses: readonly Clause<SourceHarness>[] = [
  {
    id: 'describe/columns',
    promise: 'names the selected columns in the order of the source, with their types, the cursor type and the declared key',
    async check(harness) {
      const spec = { columns: ['value', 'ts', 'id'] };
      const columns = [...COLUMNS, column('unselected', 'STRING')];
      const session = await SourceSession.begin(harness, [], { columns, spec, declaredKey: ['id'] });
      const description = await session.describe();
      assert.deepEqual(
        description.columns.map(({ name, type, repeated }) => ({ name, type, repeated })),
        COLUMNS.map(({ name, type, repeated }) => ({ name, type, repeated })),
      );
      assert.equal(description.cursorType, 'TIMESTAMP');
      assert.deepEqual(description.declaredKey, ['id']);
    },
  },
  {
    id: 'describe/key-columns',
    promise: 'names the columns of the key, declared or configured, where the selection leaves them out: without them no row has a key',
    async check(harness) {
      const declared = await SourceSession.begin(harness, [], { spec: { columns: ['ts'] }, declaredKey: ['id'] });
      assert.deepEqual((await declared.describe()).columns.map(({ name }) => name).toSorted(), ['id', 'ts']);
      const primaryKey = ['value'];
      const configured = await SourceSession.begin(harness, [], { spec: { columns: ['ts'], primaryKey }, declaredKey: ['id'] });
      assert.deepEqual((await configured.describe()).columns.map(({ name }) => name).toSorted(), ['ts', 'value']);
    },
  },
  {
    id: 'describe/missing-table',
    promise: 'fails with BQS_SOURCE_NOT_FOUND where the table does not exist',
    async check(harness) {
      const { source, place } = harness;
      await refuses(() => source.describe(tableSpec(place), new AbortController().signal), ['BQS_SOURCE_NOT_FOUND'], 'a missing table');
    },
  },
  {
    id: 'describe/missing-cursor',
    promise: 'fails with BQS_SOURCE_COLUMN_MISSING, naming it, where the cursor column does not exist',
    async check(harness) {
      const session = await SourceSession.begin(harness, [], { spec: { cursorColumn: 'nowhere' } });
      const error = await refuses(() => session.describe(), ['BQS_SOURCE_COLUMN_MISSING'], 'a missing cursor column');
      assert.match(error.message, /nowhere/u);
    },
  },
  {
    id: 'describe/missing-column',
    promise: 'fails with BQS_SOURCE_COLUMN_MISSING, naming it, where a selected column does not exist',
    async check(harness) {
      const session = await SourceSession.begin(harness, [], { spec: { columns: ['id', 'ts', 'nowhere'] } });
      const error = await refuses(() => session.describe(), ['BQS_SOURCE_COLUMN_MISSING'], 'a missing column');
      assert.match(error.message, /nowhere/u);
    },
  },
  {
    id: 'describe/probe',
    promise: 'has another probe token, or says that rows are in flight, after rows were added',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(3));
      const before = (await session.describe()).probe;
      await session.insert([sampleRow('more', at(1))]);
      const after = (await session.describe()).probe;
      assert.ok(after.token !== before.token || after.streaming, 'the token is the same though rows were added');
    },
  },
  {
    id: 'describe/free',
    promise: 'scans nothing',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(3));
      const before = await harness.scans();
      await session.describe();
      assert.equal(await harness.scans(), before);
    },
  },
  {
    id: 'describe/recreated',
    promise: 'has another creation time after the table was made again, and reads the new one (R11)',
    async check(harness) {
      const session = await SourceSession.begin(harness, sampleRows(3));
      const { createdAt } = await session.describe();
      await harness.create(session.table, COLUMNS, { prunable: false });
      await session.insert([sampleRow('new', at(1))]);
      assert.notEqual((await session.describe()).createdAt, createdAt);
      await session.holds(await session.open(), [sampleRow('new', at(1))], 'the table made again');
    },
  },
];
