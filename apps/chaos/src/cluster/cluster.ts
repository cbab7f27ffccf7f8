import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError } from '@bqsync/errors';
import { installPlugin, type SyncSettings, writeApplication } from '../harper/application.ts';
import type { Random } from '../random.ts';
import { waitUntil } from '../wait-until.ts';
import { ClusterNode } from './node.ts';
import { type ClusterTable, declarationsOf } from './tables.ts';

export interface ClusterOptions {
  readonly dir: string;
  /** The clone. */
  readonly root: string;
  readonly count: number;
  readonly threads: number;
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Omit<SyncSettings, 'tables'>;
  /** Every table that will ever be synced: those to be declared are declared from the start. */
  readonly tables: readonly ClusterTable[];
  readonly signal: AbortSignal;
}

/** The first address of a node; 127.0.0.1 is the local BigQuery's. */
const FIRST_HOST = 31;
const START_TIMEOUT_MS = 240_000;
const FORMED_WITHIN_MS = 120_000;
/** The nodes read a changed configuration up to so long after each other. */
const SPREAD_MS = 1_500;

/** Harper nodes that replicate to each other, with the plugin on each. */
export class Cluster {
  readonly nodes: ClusterNode[] = [];
  readonly #options: ClusterOptions;
  readonly #graphql: string;
  readonly #password = randomBytes(18).toString('base64url');
  #tables: readonly ClusterTable[] = [];

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#graphql = declarationsOf(options.tables);
  }

  /** The tables that the configuration names now. */
  get tables(): readonly ClusterTable[] {
    return this.#tables;
  }

  /** Nodes that can answer. */
  get up(): readonly ClusterNode[] {
    return this.nodes.filter(({ isUp }) => isUp);
  }

  /** Starts the nodes, without a table to sync, and resolves once each knows all others. */
  async start(): Promise<void> {
    const { dir, root, count } = this.#options;
    const hosts = Array.from({ length: count }, (_, index) => `127.0.0.${FIRST_HOST + index}`);
    for (const host of hosts) await requireAddress(host);
    const appDirs = hosts.map((host) => join(dir, host, 'application'));
    await installPlugin(appDirs, root);
    const start = async (host: string, index: number): Promise<void> => {
      const appDir = appDirs[index] ?? '';
      this.#write(appDir);
      const rootDir = join(dir, host, 'harper');
      const { env, threads, signal } = this.#options;
      const options = { rootDir, appDir, threads, env, signal, password: this.#password, startTimeoutMs: START_TIMEOUT_MS };
      this.nodes.push(await ClusterNode.start(host, options));
    };
    // Whatever becomes of one, those that started are known and can be stopped.
    const failed = (await Promise.allSettled(hosts.map(start))).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    this.nodes.sort((a, b) => hosts.indexOf(a.name) - hosts.indexOf(b.name));
    const [first, ...others] = this.nodes;
    if (first !== undefined) for (const node of others) await node.harper.joinCluster(first.harper);
    await this.untilAllLive();
  }

  /** Names more tables in the configuration of each node, which may be down, one node a moment after the other. */
  async add(tables: readonly ClusterTable[], random: Random): Promise<void> {
    this.#tables = [...this.#tables, ...tables];
    const first = random.between(0, this.nodes.length - 1);
    for (let i = 0; i < this.nodes.length; i++) {
      const node = this.nodes[(first + i) % this.nodes.length];
      if (node !== undefined) this.#write(node.appDir);
      await sleep(random.between(0, SPREAD_MS / this.nodes.length), undefined, { signal: this.#options.signal });
    }
  }

  /** Resolves once every node is up and sees every other one alive. */
  async untilAllLive(): Promise<void> {
    await waitUntil('every node sees every other one', FORMED_WITHIN_MS, this.#options.signal, async () => {
      const statuses = await Promise.all(this.nodes.map((node) => node.status()));
      const live = statuses.map(({ nodes }) => nodes.filter((each) => each.live).length);
      return live.every((count) => count === this.nodes.length) ? true : `live nodes by node: ${live.join(', ')}`;
    });
  }

  /** The node that runs a table, by what a node that is up says. Undefined while none answers or knows, or the node that it names is down. */
  async ownerOf(tableId: string): Promise<ClusterNode | undefined> {
    for (const node of this.up) {
      const status = await node.status().catch((error: unknown) => {
        // One that is busy starting does not answer in time; whoever asks looks again.
        if (error instanceof Error && error.name === 'TimeoutError') return undefined;
        throw error;
      });
      const owner = status?.tables.find((table) => table.tableId === tableId)?.node;
      const found = this.nodes.find(({ name }) => name === owner);
      if (found?.isUp === true) return found;
    }
    return undefined;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.dispose()));
  }

  #write(appDir: string): void {
    writeApplication(appDir, { ...this.#options.settings, tables: this.#tables }, this.#graphql);
  }
}

/** Each node needs a loopback address of its own. */
async function requireAddress(host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause) => {
      reject(
        new BqsyncError('BQS_USAGE', `this machine has no loopback address ${host}, which a node of the cluster listens on`, {
          hint: `run it on Linux, or add the address: sudo ifconfig lo0 alias ${host}`,
          cause,
        }),
      );
    });
    server.listen({ port: 0, host, exclusive: true }, () => server.close(() => resolve()));
  });
}
