import { afterAll, beforeAll, describe } from 'vitest';
import { type HarperApp, startHarperApp } from './harper-app.ts';
import { registerInternalsTests } from './suites/internals.ts';
import { registerNameTests } from './suites/names.ts';
import { registerRepairTests } from './suites/repair.ts';
import { registerSinkTests } from './suites/sink.ts';
import { registerValueTests } from './suites/values.ts';

// One Harper for all suites that only need one worker: starting it takes longer than they do.
let started: HarperApp | undefined;
beforeAll(async () => {
  started = await startHarperApp({ graphql: TARGETS });
});
afterAll(() => started?.end());

const app: HarperApp = {
  get harper() {
    return running().harper;
  },
  call: (name, ...args) => running().call(name, ...args),
  end: () => running().end(),
};

function running(): HarperApp {
  if (started === undefined) throw new Error('Harper has not been started');
  return started;
}

describe('what Harper does', () => registerInternalsTests(app));
describe('names', () => registerNameTests(app));
describe('values', () => registerValueTests(app));
describe('the sink', () => registerSinkTests(app));
describe('repairs', () => registerRepairTests(app));

const TARGETS = `
      type Typed @table {
        k: ID @primaryKey
        ts: Date @indexed
        i: Int
        l: Long
        big: BigInt
        f: Float
        s: String
        b64: String
        json: String
        by: Bytes
        flag: Boolean
        tags: [String]
        numbers: [Int]
        any: Any
      }

      type NamesOverRest @table @export { k: ID @primaryKey }
      type Dates @table { k: ID @primaryKey, ts: Date, d: Date }
      type NumericKey @table { k: Int @primaryKey }
      type Narrow @table { k: ID @primaryKey, v: Int, ts: String }
      type Unindexed @table { k: ID @primaryKey, v: String, ts: String }
      type Elsewhere @table(database: "other") { k: ID @primaryKey }
      type Expiring @table(expiration: 3600) { k: ID @primaryKey }
type Note @table { k: ID @primaryKey, n: Int, text: String }`;
