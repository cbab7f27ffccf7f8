import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError } from '@bqsync/errors';
import { environment, type Ports } from './environment.ts';
import { freePorts, isPortFree } from './free-ports.ts';
import { LogLines } from './log-lines.ts';
import type { Credentials, HarperOptions } from './options.ts';
import {
  endProcess,
  identify,
  isAlive,
  type ProcessIdentity,
  readRecord,
  removeRecord,
  signalGroup,
  writeRecord,
} from './process-record.ts';

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 10_000;

/** A running Harper. Once stopped or killed, `restart` gives it a new process on the same data, ports and credentials. */
export interface HarperProcess {
  readonly pid: number;
  /** REST interface, without a slash at the end. */
  readonly httpUrl: string;
  readonly operationsUrl: string;
  readonly credentials: Credentials;
  readonly rootDir: string;
  /** What Harper and its threads log, appended over all starts; each thread writes its lines at once, so that a crash loses next to none. */
  readonly logFile: string;
  readonly running: boolean;
  /** Resolves to the exit code and signal of the current process once it is gone. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** An operation of the operations API as the admin user. Throws `BQS_TARGET_UNAVAILABLE` with Harper's answer unless it is 2xx. */
  operation<T = unknown>(body: Readonly<Record<string, unknown>>): Promise<T>;
  /** A request to the REST interface, as the admin user unless `init.headers` has an `authorization` (an empty one: as nobody). */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** SIGTERM, after `stopTimeoutMs` SIGKILL. Resolves once the process is gone; may be called again. */
  stop(): Promise<void>;
  /** SIGKILL of the whole group, as a crash would. Resolves once the process is gone. */
  kill(): Promise<void>;
  /** Stops if needed and starts again; changed options hold for this and later starts. */
  restart(changes?: Partial<Pick<HarperOptions, 'threads' | 'env' | 'ready' | 'nodeOptions'>>): Promise<void>;
  /** Makes this node replicate with another. Once per node is enough, whatever restarts follow. */
  joinCluster(other: HarperProcess): Promise<void>;
  /** The last lines printed and logged, oldest first; 40 by default, at most 200. */
  logTail(count?: number): string;
}

/**
 * Starts a real Harper in a process group of its own, on loopback only, and resolves once it answers and `ready` holds.
 * A leftover of a crashed run in the same `rootDir` is stopped first; one whose owner still runs is refused with `BQS_USAGE`.
 * Throws `BQS_TARGET_UNAVAILABLE` with the last log lines if it exits or is not ready in time; nothing is left running then.
 *
 * @example
 * const harper = await startHarper({ rootDir, appDir });
 * await harper.operation({ operation: 'describe_all' });
 * await harper.stop();
 */
export async function startHarper(options: HarperOptions): Promise<HarperProcess> {
  const process = new RealHarper({ ...options, rootDir: resolve(options.rootDir), appDir: resolve(options.appDir) });
  await process.start();
  return process;
}

class RealHarper implements HarperProcess {
  #options: HarperOptions;
  readonly #host: string;
  readonly #recordPath: string;
  readonly #credentials: Credentials;
  #ports: Ports | undefined;
  #child: ChildProcess | undefined;
  #identity: ProcessIdentity | undefined;
  #lines = new LogLines();
  #exited: HarperProcess['exited'] = Promise.resolve({ code: null, signal: null });

  constructor(options: HarperOptions) {
    this.#options = options;
    this.#host = options.host ?? '127.0.0.1';
    mkdirSync(join(options.rootDir, 'home'), { recursive: true });
    mkdirSync(join(options.rootDir, 'hdb'), { recursive: true });
    this.#recordPath = join(options.rootDir, 'harper-process.json');
    this.#credentials = keepCredentials(join(options.rootDir, 'credentials.json'), options.password);
  }

  get pid(): number {
    return this.#identity?.pid ?? -1;
  }
  get rootDir(): string {
    return this.#options.rootDir;
  }
  get credentials(): Credentials {
    return this.#credentials;
  }
  get logFile(): string {
    return join(this.#options.rootDir, 'hdb', 'log', 'hdb.log');
  }
  get httpUrl(): string {
    return `http://${this.#host}:${this.#portsInUse().http}`;
  }
  get operationsUrl(): string {
    return `http://${this.#host}:${this.#portsInUse().operations}`;
  }
  get running(): boolean {
    return this.#child !== undefined;
  }
  get exited(): HarperProcess['exited'] {
    return this.#exited;
  }

  async start(): Promise<void> {
    const { rootDir, appDir, signal } = this.#options;
    if (!existsSync(join(appDir, 'config.yaml'))) {
      throw new BqsyncError('BQS_USAGE', `${appDir} has no config.yaml`, { hint: 'give the folder of a Harper application' });
    }
    await this.#endLeftover();
    this.#ports ??= await this.#choosePorts();
    signal?.throwIfAborted();
    // Harper refuses to start beside the pid file of a process that was killed.
    rmSync(join(rootDir, 'hdb', 'hdb.pid'), { force: true });
    this.#spawn(this.#ports);
    try {
      await this.#untilReady(signal);
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  // Neither this nor `fetch` keeps a connection: a caller that computes for longer than Harper keeps one would write to what is closed.
  async operation<T>(body: Readonly<Record<string, unknown>>): Promise<T> {
    const name = String(body.operation);
    let response: Response;
    try {
      response = await fetch(this.operationsUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: this.#authorization(), connection: 'close' },
        body: JSON.stringify(body),
      });
    } catch (cause) {
      const why = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause);
      throw new BqsyncError('BQS_TARGET_UNAVAILABLE', `Harper did not answer the operation ${name}: ${why}`, {
        cause,
        context: { operation: name },
      });
    }
    const text = await response.text();
    if (!response.ok) {
      throw new BqsyncError(
        'BQS_TARGET_UNAVAILABLE',
        `Harper answered the operation ${name} with ${response.status}: ${text.slice(0, 500)}`,
        {
          context: { operation: name, status: response.status },
        },
      );
    }
    return JSON.parse(text) as T;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    const given = headers.get('authorization');
    if (given === null) headers.set('authorization', this.#authorization());
    else if (given === '') headers.delete('authorization');
    headers.set('connection', 'close');
    return fetch(new URL(path, `${this.httpUrl}/`), { ...init, headers });
  }

  async stop(): Promise<void> {
    const identity = this.#identity;
    if (identity === undefined || !this.running) return;
    signalGroup(identity.pid, 'SIGTERM');
    const forced = setTimeout(() => signalGroup(identity.pid, 'SIGKILL'), this.#options.stopTimeoutMs ?? STOP_TIMEOUT_MS);
    await this.#exited;
    clearTimeout(forced);
  }

  async kill(): Promise<void> {
    if (this.#identity === undefined || !this.running) return;
    signalGroup(this.#identity.pid, 'SIGKILL');
    await this.#exited;
  }

  async restart(changes: Parameters<HarperProcess['restart']>[0] = {}): Promise<void> {
    await this.stop();
    this.#options = { ...this.#options, ...changes };
    await this.start();
  }

  async joinCluster(other: HarperProcess): Promise<void> {
    if (!(other instanceof RealHarper)) throw new BqsyncError('BQS_USAGE', 'a node can only join one that was started here');
    await this.operation({
      operation: 'add_node',
      url: `wss://${other.#host}:${other.#portsInUse().replication}`,
      verify_tls: false,
      authorization: other.#credentials,
    });
  }

  logTail(count = 40): string {
    return this.#lines.tail(count).join('\n');
  }

  #portsInUse(): Ports {
    if (this.#ports === undefined) throw new BqsyncError('BQS_INTERNAL', 'Harper has no ports before it starts');
    return this.#ports;
  }

  #authorization(): string {
    return `Basic ${Buffer.from(`${this.#credentials.username}:${this.#credentials.password}`).toString('base64')}`;
  }

  async #endLeftover(): Promise<void> {
    const left = readRecord(this.#recordPath);
    if (left === undefined || !isAlive(left)) return;
    if (isAlive(left.owner)) {
      throw new BqsyncError('BQS_USAGE', `${this.#options.rootDir} is in use by Harper ${left.pid}, started by process ${left.owner.pid}`, {
        hint: 'stop that process, or use another folder',
      });
    }
    await endProcess(left, this.#options.stopTimeoutMs ?? STOP_TIMEOUT_MS);
  }

  async #choosePorts(): Promise<Ports> {
    const last = readRecord(this.#recordPath);
    const choose = async (given: number | undefined, before: number | undefined, fallback: number): Promise<number> => {
      if (given === undefined) return before !== undefined && (await isPortFree(before, this.#host)) ? before : fallback;
      if (await isPortFree(given, this.#host)) return given;
      throw new BqsyncError('BQS_USAGE', `port ${given} on ${this.#host} is in use`, {
        hint: 'name another port, or none to take a free one',
      });
    };
    const [http = 0, operations = 0, replication = 0, mqtt = 0, mqttSecure = 0] = await freePorts(5, this.#host);
    return {
      http: await choose(this.#options.httpPort, last?.httpPort, http),
      operations: await choose(this.#options.operationsPort, last?.operationsPort, operations),
      replication: await choose(undefined, last?.replicationPort, replication),
      mqtt,
      mqttSecure,
    };
  }

  #spawn(ports: Ports): void {
    const script = join(this.#options.harperdb ?? installedHarper(), 'bin', 'harperdb.js');
    const child = spawn(process.execPath, [script, 'run', this.#options.appDir], {
      cwd: this.#options.rootDir,
      env: environment(this.#options, this.#host, ports, this.#credentials),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines = new LogLines(this.#options.onLog);
    this.#lines = lines;
    lines.follow(child.stdout);
    lines.follow(child.stderr);
    this.#child = child;
    killAtExit.add(child);
    this.#exited = new Promise((done) => {
      child.once('error', (error) => {
        lines.add(error.message);
        this.#child = undefined;
        done({ code: null, signal: null });
      });
      child.once('close', (code, signal) => {
        this.#child = undefined;
        killAtExit.delete(child);
        done({ code, signal });
      });
    });
    if (child.pid === undefined) return;
    const identity = identify(child.pid);
    const owner = identify(process.pid);
    this.#identity = identity;
    if (identity !== undefined && owner !== undefined) {
      writeRecord(this.#recordPath, {
        ...identity,
        owner,
        httpPort: ports.http,
        operationsPort: ports.operations,
        replicationPort: ports.replication,
      });
    }
  }

  async #untilReady(signal: AbortSignal | undefined): Promise<void> {
    const limitMs = this.#options.startTimeoutMs ?? START_TIMEOUT_MS;
    const deadline = performance.now() + limitMs;
    let why = 'its ports do not answer';
    for (;;) {
      signal?.throwIfAborted();
      if (!this.running) {
        const { code, signal: by } = await this.#exited;
        throw this.#startError(`Harper exited with ${by ?? String(code)} before it was ready`);
      }
      if (performance.now() > deadline) throw this.#startError(`Harper was not ready within ${limitMs / 1000} s: ${why}`);
      try {
        const health = await fetch(`${this.operationsUrl}/health`, { signal: AbortSignal.timeout(5_000) });
        await health.arrayBuffer();
        const rest = await fetch(this.httpUrl, { signal: AbortSignal.timeout(5_000) });
        await rest.arrayBuffer();
        why = `health answers ${health.status}`;
        if (health.ok) {
          why = 'the readiness check does not hold';
          if (this.#options.ready === undefined || (await this.#options.ready(this))) return;
        }
      } catch (error) {
        why = error instanceof Error ? `${error.message}${error.cause instanceof Error ? ` (${error.cause.message})` : ''}` : String(error);
      }
      await sleep(50);
    }
  }

  #startError(message: string): BqsyncError {
    return new BqsyncError('BQS_TARGET_UNAVAILABLE', `${message}\n${this.logTail()}`, {
      hint: `see ${this.logFile}`,
    });
  }
}

/** Whoever ends without a stop, such as a test run that is cut short, leaves nothing behind; only its own SIGKILL leaves a leftover. */
const killAtExit = new Set<ChildProcess>();
process.on('exit', () => {
  for (const { pid } of killAtExit) if (pid !== undefined) signalGroup(pid, 'SIGKILL');
});

/** The password lives in Harper's own data from the first start on, so it is kept beside it. */
function keepCredentials(path: string, password: string | undefined): Credentials {
  if (password !== undefined) return { username: 'admin', password };
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Credentials;
  const made = { username: 'admin', password: randomBytes(18).toString('base64url') };
  writeFileSync(path, `${JSON.stringify(made)}\n`, { mode: 0o600 });
  return made;
}

function installedHarper(): string {
  return dirname(createRequire(import.meta.url).resolve('harperdb'));
}

/** Ends the Harper that a crashed run left behind in `rootDir`, if there is one. One whose owner still runs is left alone. */
export async function endLeftoverHarper(rootDir: string, graceMs = STOP_TIMEOUT_MS): Promise<boolean> {
  const path = join(resolve(rootDir), 'harper-process.json');
  const left = readRecord(path);
  if (left === undefined || !isAlive(left) || isAlive(left.owner)) return false;
  await endProcess(left, graceMs);
  removeRecord(path);
  return true;
}
