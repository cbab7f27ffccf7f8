import type { HarperNode, ModelHarper } from './model-harper.ts';
import type { Random } from './random.ts';
import type { NodeAction, SimConfig } from './schedule.ts';
import { SimProcess } from './sim-process.ts';
import { SimThread, type SimWorld } from './sim-thread.ts';
import type { Timeline } from './timeline.ts';

const RESTART_MS = 500;
const LOOK_MS = 500;
const RESTARTS_MS = 100_000;
const SELDOM_S = 3600;
/** A node that leaves waits no longer than this for the others to have what it wrote. */
const LEAVE_MS = 60_000;

/** The nodes of a schedule and the lives of their threads: what starts, stops, hangs, comes and goes. */
export class Cluster {
  /** Whether some thread may have been the owner beside another. */
  onRivals: () => void = () => undefined;
  readonly #world: SimWorld;
  readonly #harper: ModelHarper;
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #config: SimConfig;
  readonly #threads = new Map<string, SimThread[]>();
  /** Every life of every thread, so that a node's death takes those with it that live beside their successors. */
  readonly #lives: SimThread[] = [];
  #boots = 0;

  constructor(world: SimWorld, timeline: Timeline, random: Random, config: SimConfig) {
    this.#world = world;
    this.#harper = world.harper;
    this.#timeline = timeline;
    this.#random = random;
    this.#config = config;
  }

  /** Starts every node but those that join later. */
  start(late: ReadonlySet<number>): void {
    for (const [index, node] of this.#harper.nodes.entries()) {
      node.wallOffsetMs = this.#config.skewsMs?.[index] ?? 0;
      if (late.has(index)) node.retire();
      else this.#bootNode(node);
    }
  }

  stop(): void {
    for (const { process } of this.#lives) process.die();
  }

  /** Nothing stays cut off. */
  calm(): void {
    for (const node of this.#harper.nodes) node.cutUntilMs = Math.min(node.cutUntilMs, this.#timeline.nowMs);
    this.#harper.replicate();
    if (this.#config.latenessSeconds >= SELDOM_S) this.#restartAll();
  }

  /** A table that may be late by days is swept twice a day, and at the beginning of each life: hours are not waited for. */
  #restartAll(): void {
    for (const node of this.#harper.nodes) if (node.up) this.#restart(node);
    this.#timeline.after(RESTARTS_MS, () => this.#restartAll());
  }

  /** Says whether there was something to disturb. */
  disturb(action: NodeAction): boolean {
    const node = this.#harper.nodes[action.node];
    if (node === undefined) return false;
    if (action.kind === 'join') return this.#join(node);
    const threads = this.#threads.get(node.name);
    if (threads === undefined || !node.up || !node.member) return false;
    switch (action.kind) {
      case 'clock-step':
        node.wallOffsetMs += action.ms;
        break;
      case 'cut':
        this.#cut(node, action.ms);
        break;
      case 'down':
        this.nodeDown(node.name, action.ms);
        break;
      case 'stall':
        this.#cut(node, action.ms);
        for (const thread of threads) thread.process.pause(action.ms);
        this.onRivals();
        break;
      case 'solo':
        for (const other of this.#harper.nodes) if (other !== node && other.up) this.nodeDown(other.name, action.ms);
        break;
      case 'destroy':
        this.#cut(node, action.ms + 1);
        this.#timeline.after(action.ms, () => {
          this.nodeDown(node.name, 0);
          node.retire();
        });
        break;
      case 'restart':
        this.#restart(node);
        break;
      case 'rolling':
        for (const [i, each] of this.#harper.nodes.entries()) this.#timeline.after(i * action.ms, () => each.up && this.#restart(each));
        break;
      case 'leave':
        for (const thread of threads) thread.close();
        this.#leave(node, this.#timeline.nowMs + LEAVE_MS);
        break;
      default:
        return this.#disturbThread(node, threads[action.thread], action.kind, action.ms);
    }
    return true;
  }

  threadDown(process: SimProcess, downMs: number): void {
    process.die();
    const thread = this.#lives.find((each) => each.process === process);
    const isCurrent = () => thread !== undefined && this.#threads.get(process.node)?.[thread.index] === thread;
    if (thread === undefined || !isCurrent()) return;
    this.#timeline.after(downMs, () => isCurrent() && this.#bootThread(this.#harper.node(process.node), thread.index));
  }

  nodeDown(name: string, downMs: number): void {
    const node = this.#harper.node(name);
    node.storeAll();
    node.up = false;
    for (const { process } of this.#lives) if (process.node === name) process.die();
    this.#timeline.after(downMs, () => {
      if (!node.up && node.member) this.#bootNode(node);
    });
  }

  #disturbThread(node: HarperNode, thread: SimThread | undefined, kind: 'zombie' | 'twin' | 'second-owner', ms: number): boolean {
    if (thread === undefined) return false;
    this.onRivals();
    if (kind === 'second-owner') thread.force('run', ms);
    else if (kind === 'zombie') {
      // A hung worker: another takes its place, and it wakes up not knowing.
      thread.process.pause(ms);
      this.#bootThread(node, thread.index);
      thread.process.run(this.#random.between(500, 3000), () => thread.close());
    } else {
      this.#bootThread(node, thread.index);
      thread.process.run(ms, () => thread.close());
    }
    return true;
  }

  #cut(node: HarperNode, ms: number): void {
    node.cutUntilMs = Math.max(node.cutUntilMs, this.#timeline.nowMs + ms);
  }

  #restart(node: HarperNode): void {
    for (const thread of this.#threads.get(node.name) ?? []) {
      thread.close();
      this.#timeline.after(RESTART_MS, () => this.#bootThread(node, thread.index));
    }
  }

  /** A new node begins with a copy of another's whole replica. */
  #join(node: HarperNode): boolean {
    if (node.member) return false;
    const other = this.#harper.nodes.find((each) => each.up && each.member && each !== node);
    if (other === undefined) this.#timeline.after(LOOK_MS, () => this.#join(node));
    else {
      node.clone(other);
      this.#bootNode(node);
    }
    return true;
  }

  #leave(node: HarperNode, untilMs: number): void {
    const isKnown = this.#harper.nodes.every(
      (other) => other === node || !other.member || (other.received.get(node.name) ?? 0) === node.log.length,
    );
    const isIdle = !this.#lives.some(({ process }) => process.node === node.name && process.alive);
    if ((isKnown && isIdle) || this.#timeline.nowMs >= untilMs) {
      node.up = false;
      node.retire();
    } else this.#timeline.after(LOOK_MS, () => this.#leave(node, untilMs));
  }

  #bootNode(node: HarperNode): void {
    this.#harper.comeBack(node);
    this.#threads.set(node.name, []);
    for (let index = 0; index < this.#config.threads; index++) this.#bootThread(node, index);
    this.#harper.replicate();
  }

  #bootThread(node: HarperNode, index: number): void {
    const { name } = node;
    const threads = this.#threads.get(name);
    if (!node.up || threads === undefined) return;
    const bootId = `${name}-${String(index)}.${String(this.#boots++)}`;
    const process = new SimProcess(name, bootId, this.#timeline, this.#random, () => node.wallOffsetMs);
    const thread = new SimThread(this.#world, process, index);
    threads[index] = thread;
    this.#lives.push(thread);
    process.run(this.#random.between(1, 50), () => thread.start());
  }
}
