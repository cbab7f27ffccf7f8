import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApplication, type HarperProcess, startHarper } from '@bqsync/harper-process';
import { Encoder } from 'cbor-x';

/** A real Harper without the plugin, whose tables a test fills as it likes. */
export interface HarperFixture {
  readonly harper: HarperProcess;
  /** For the command: where Harper is and who to log in as. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Stores records through the operations API, in CBOR: JSON has no BigInt, no bytes, no NaN. */
  upsert(table: string, records: readonly object[]): Promise<void>;
  /** Stores a record as the plugin does, inside Harper: with keys that the operations API refuses, too. */
  put(table: string, record: object): Promise<void>;
  delete(table: string, ids: readonly unknown[]): Promise<void>;
  end(): Promise<void>;
}

const PUT = `export class Put extends Resource {
  static loadAsInstance = false;
  get() { return {}; }
  async post(_target, { table, record }) { await transaction(async (t) => { await tables[table].put(record, t); }); return {}; }
}`;

export async function startHarperFixture(graphql: string): Promise<HarperFixture> {
  const dir = mkdtempSync(join(tmpdir(), 'bqsync-cli-harper-'));
  const appDir = createApplication(join(dir, 'app'), {
    config: { rest: true, graphqlSchema: { files: 'schema.graphql' }, jsResource: { files: 'resources.js' } },
    graphql,
    resources: PUT,
  });
  const ready = async (process: HarperProcess): Promise<boolean> => (await process.fetch('/Put/')).ok;
  const harper = await startHarper({ rootDir: join(dir, 'root'), appDir, threads: 1, ready });
  const { username, password } = harper.credentials;
  const encoder = new Encoder({ useRecords: false, mapsAsObjects: true });
  return {
    harper,
    args: ['--operations', harper.operationsUrl],
    env: { BQSYNC_HARPER_USER: username, BQSYNC_HARPER_PASSWORD: password },
    async upsert(table, records) {
      const response = await fetch(harper.operationsUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/cbor',
          accept: 'application/json',
          authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
        },
        body: new Uint8Array(encoder.encode({ operation: 'upsert', table, records })),
      });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    },
    async put(table, record) {
      const body = JSON.stringify({ table, record });
      const response = await harper.fetch('/Put/', { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    },
    async delete(table, ids) {
      await harper.operation({ operation: 'delete', table, ids });
    },
    async end() {
      await harper.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
