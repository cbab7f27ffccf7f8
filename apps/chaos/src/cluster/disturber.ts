import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalBigQuery } from '@bqsync/local-bigquery';
import { readRecords } from '../harper/progress.ts';
import type { Random } from '../random.ts';
import type { Load } from '../source/load.ts';
import { waitUntil } from '../wait-until.ts';
import type { Cluster } from './cluster.ts';
import type { ClusterNode } from './node.ts';
import { killOwner, type OwnerKill } from './owner-kill.ts';
import { rowsAfterKill, type RowsAfterKill, rowsReadOf } from './rows-read.ts';
import type { Disturbance } from './schedule.ts';
import type { ClusterTable } from './tables.ts';

export interface DisturberOptions {
  readonly cluster: Cluster;
  readonly load: Load;
  readonly local: Pick<LocalBigQuery, 'usage'>;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** A kill with what it caused. */
export interface Killed extends OwnerKill, RowsAfterKill {}

/** The rows of a table under two hours old would be read again by sweeps, which would be counted as a kill's. */
const NEWEST_AGE_MS = 600_000;
const FREEZE_MS = 60_000;
const TAKEOVER_WITHIN_MS = 120_000;
const SETTLED_WITHIN_MS = 180_000;
/** Of the kills, so many are followed by the next disturbance at once. */
const SHARE_UNSETTLED = 0.25;

/** Does to a cluster what a schedule says. */
export class Disturber {
  readonly kills: Killed[] = [];
  readonly counts = { rollingRestarts: 0, freezes: 0, absences: 0, tablesAdded: 0 };
  readonly violations: string[] = [];
  readonly #options: DisturberOptions;

  constructor(options: DisturberOptions) {
    this.#options = options;
  }

  async run(schedule: readonly Disturbance[]): Promise<void> {
    for (const disturbance of schedule) {
      await this.#untilAllUp();
      await this.#disturb(disturbance);
    }
    await this.#untilAllUp();
  }

  /** Creates tables in BigQuery and names them in every node's configuration. */
  async add(tables: readonly ClusterTable[]): Promise<void> {
    const { cluster, load, random, signal } = this.#options;
    for (const table of tables) await load.create(table, signal, NEWEST_AGE_MS);
    await cluster.add(tables, random);
  }

  /** From now on BigQuery's tables change. */
  begin(tables: readonly ClusterTable[]): void {
    for (const table of tables) this.#options.load.begin(table);
  }

  async #disturb(disturbance: Disturbance): Promise<void> {
    switch (disturbance.kind) {
      case 'kill':
        return this.#kill(disturbance);
      case 'freeze':
        return this.#freeze(disturbance);
      case 'absence':
        return this.#absence(disturbance);
      case 'rolling restart':
        return this.#rollingRestart();
    }
  }

  async #kill(plan: Extract<Disturbance, { kind: 'kill' }>): Promise<void> {
    const { cluster, load, local, random, signal, say } = this.#options;
    const { table, recovery } = plan;
    await this.#addLive(table);
    const { kill, node } = await killOwner(cluster, plan, signal);
    const killedAtMs = Date.now();
    const before = rowsReadOf(local, table.id);
    const left = kill.totalRows - kill.rowsDone;
    const where = kill.openWindow ? `${kill.rowsDone} of ${kill.totalRows} rows` : 'no window open';
    say(`kill ${this.kills.length + 1} of ${node.name} at the ${kill.aim} of ${table.id} (${where}); starts again ${recovery}`);
    if (recovery === 'after takeover') await this.#untilTakenOver(table, node);
    await node.restart();
    const isHurried = random.chance(SHARE_UNSETTLED);
    const settled = !isHurried && (await this.#untilSettled(table, killedAtMs));
    const rows = rowsAfterKill(before, rowsReadOf(local, table.id), left, settled);
    this.kills.push({ ...kill, ...rows });
    const account = `${rows.rowsReadAfterKill} rows of ${table.id} read after it, ${rows.rowsReadAgain} of them again`;
    say(`  ${account}${settled ? '' : isHurried ? '; the next disturbance comes at once' : '; NOT CAUGHT UP'}`);
    load.begin(table);
  }

  async #freeze({ table, node: index }: Extract<Disturbance, { kind: 'freeze' }>): Promise<void> {
    const node = this.#node(index);
    const { signal, say } = this.#options;
    say(`freezing ${node.name} for ${FREEZE_MS / 1000} s`);
    const thawed = node.freeze(FREEZE_MS, signal);
    await Promise.all([thawed, this.#addLive(table)]);
    this.counts.freezes += 1;
    this.#options.load.begin(table);
  }

  async #absence({ table, node: index, ms }: Extract<Disturbance, { kind: 'absence' }>): Promise<void> {
    const node = this.#node(index);
    const { load, signal, say } = this.#options;
    say(`stopping ${node.name} for ${Math.round(ms / 1000)} s`);
    await node.stop();
    await this.#addLive(table);
    load.begin(table);
    await sleep(ms, undefined, { signal });
    await node.restart();
    this.counts.absences += 1;
  }

  async #rollingRestart(): Promise<void> {
    const { cluster, say } = this.#options;
    say('restarting every node, one after another');
    for (const node of cluster.nodes) await node.restart();
    this.counts.rollingRestarts += 1;
  }

  async #addLive(table: ClusterTable): Promise<void> {
    await this.add([table]);
    this.counts.tablesAdded += 1;
  }

  #node(index: number): ClusterNode {
    const { nodes } = this.#options.cluster;
    const node = nodes[index % nodes.length];
    if (node === undefined) throw new RangeError('a cluster without nodes');
    return node;
  }

  /** Another node has begun with the table. Taking over needs some heartbeats of the dead node to be missed first. */
  async #untilTakenOver(table: ClusterTable, killed: ClusterNode): Promise<void> {
    const { cluster, signal } = this.#options;
    await waitUntil(`${table.id} is taken over from ${killed.name}`, TAKEOVER_WITHIN_MS, signal, async () => {
      for (const node of cluster.up) {
        const [record] = await readRecords(node.harper, { tableIds: [table.id], node: node.name });
        if (record !== undefined && (record.window !== undefined || record.completedWindowId !== null)) return true;
      }
      return 'no other node has begun';
    });
  }

  /** Its owner has swept it since the kill. False, and a violation, if that takes too long. */
  async #untilSettled(table: ClusterTable, sinceMs: number): Promise<boolean> {
    const { cluster, signal } = this.#options;
    const ask = async (): Promise<true | string> => {
      const owner = await cluster.ownerOf(table.id);
      if (owner === undefined) return 'no owner';
      const [record] = await readRecords(owner.harper, { tableIds: [table.id], node: owner.name });
      if (record === undefined || record.window !== undefined || record.healing) return `${owner.name} reads it`;
      return record.sweepSnapshot !== null && Date.parse(record.sweepSnapshot) > sinceMs ? true : `${owner.name} has not swept it`;
    };
    try {
      await waitUntil(`${table.id} catches up after a kill`, SETTLED_WITHIN_MS, signal, ask);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      this.violations.push(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  /** Nodes that ended by themselves are started again, and named at the end. */
  async #untilAllUp(): Promise<void> {
    const { cluster, say } = this.#options;
    for (const node of cluster.nodes) {
      if (node.isUp) continue;
      say(`✗ ${node.crashes.at(-1) ?? `node ${node.name} is down`}`);
      await node.restart();
    }
  }
}
