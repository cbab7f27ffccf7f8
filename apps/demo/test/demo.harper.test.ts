import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const LONG_MS = 240_000;

interface Counts {
  readonly sourceRows: number;
  readonly targetRows: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  readonly quarantined: number;
}

interface Event {
  readonly event: string;
  readonly ok?: boolean;
  readonly table?: string;
  readonly totalRows?: number;
  readonly bytesScanned: number;
  readonly bytesBilled: number;
  readonly backfillBytes: number;
  readonly verifyBytes: number;
  readonly tables: Readonly<Record<string, Counts>>;
}

/** The built demo as a process, with its JSON lines as they come. */
class RunningDemo {
  readonly events: Event[] = [];
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  #stderr = '';
  #rest = '';
  #wake: () => void = () => undefined;

  constructor(...args: string[]) {
    this.#child = spawn(process.execPath, [main, '--json', '--state', stateDir, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    this.#child.stdout!.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString()).split('\n');
      this.#rest = lines.pop()!;
      this.events.push(...lines.map((line) => JSON.parse(line) as Event));
      this.#wake();
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('close', (code) => {
        resolve(code);
        this.#wake();
      });
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  async until(found: (event: Event) => boolean): Promise<Event> {
    for (;;) {
      const event = this.events.find(found);
      if (event !== undefined) return event;
      if (this.#child.exitCode !== null) throw new Error(`the demo ended with ${this.#child.exitCode}: ${this.#stderr}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

async function run(...args: string[]) {
  const demo = new RunningDemo(...args);
  const code = await demo.exited;
  return { code, last: demo.events.at(-1), events: demo.events, stderr: demo.stderr };
}

let stateDir: string;
beforeAll(() => {
  if (!existsSync(main)) throw new Error('build first: npx turbo run build --filter=@bqsync/demo');
  stateDir = mkdtempSync(join(tmpdir(), 'bqsync-demo-'));
});
afterAll(() => {
  rmSync(stateDir, { recursive: true, force: true });
});

const exact = (rows: number) => ({ sourceRows: rows, targetRows: rows, missing: 0, extra: 0, different: 0, quarantined: 0 });

describe('the demo, from the synthesizer to the verdict', () => {
  it(
    'ends exact with the counts of the scenario, and its cost',
    async () => {
      const { code, last, stderr } = await run('--scenario', 'small', '--exit');
      expect(code, stderr).toBe(0);
      expect(Object.keys(last!)).toEqual([
        'event',
        'ok',
        'elapsedMs',
        'bytesScanned',
        'bytesBilled',
        'backfillBytes',
        'verifyBytes',
        'tables',
      ]);
      expect(last).toMatchObject({ event: 'summary', ok: true });
      expect(last!.tables).toEqual({ vessel_positions: exact(100), port_events: exact(10), vessel_metadata: exact(20) });
      expect(last!.backfillBytes).toBeGreaterThan(0);
      expect(last!.bytesScanned).toBeGreaterThanOrEqual(last!.backfillBytes);
      expect(last!.bytesBilled).toBeGreaterThanOrEqual(3 * 10 * 1024 * 1024);
      expect(last!.verifyBytes).toBeGreaterThan(0);
      expect(stderr).toContain('license agreement');
      for (const file of ['netrc', 'harper/credentials.json']) expect(statSync(join(stateDir, file)).mode & 0o077, file).toBe(0);
    },
    LONG_MS,
  );

  it('refuses another scenario on the kept state', async () => {
    const { code, stderr } = await run('--scenario', 'stress', '--exit');
    expect(code).toBe(2);
    expect(stderr.trim()).toMatch(/^[^\n]*--reset[^\n]*$/);
  });

  it(
    'writes and backfills nothing the second time',
    async () => {
      const { code, last, events, stderr } = await run('--exit');
      expect(code, stderr).toBe(0);
      expect(events.filter(({ event }) => event === 'loaded' || event === 'resumed')).toEqual([]);
      expect(last).toMatchObject({ event: 'summary', ok: true, backfillBytes: 0, tables: { vessel_positions: exact(100) } });
    },
    LONG_MS,
  );

  it(
    'keeps generating and syncing until Ctrl-C, which loses nothing, refuses a second instance, and then finds what was tampered with',
    async () => {
      const demo = new RunningDemo();
      await demo.until(({ event, ok }) => event === 'verdict' && ok === true);
      await demo.until(({ event, table, totalRows }) => event === 'progress' && table === 'vessel_positions' && totalRows! > 100);
      const second = await run('--exit');
      expect(second.code).toBe(2);
      expect(second.stderr).toMatch(/in use by another demo, process \d+/);
      demo.interrupt();
      demo.interrupt();
      expect(await demo.exited, demo.stderr).toBe(130);
      expect(demo.events.at(-1)).toEqual({ event: 'stopped' });
      const { segments, pending } = JSON.parse(readFileSync(join(stateDir, 'generator', 'position.json'), 'utf8'));
      expect(pending).toBeUndefined();
      expect(segments.length).toBeGreaterThan(0);

      const tampered = await run('--tamper');
      expect(tampered.code, tampered.stderr).toBe(6);
      expect(tampered.last).toMatchObject({ event: 'summary', ok: false });
      const { vessel_positions: positions, ...others } = tampered.last!.tables;
      expect(positions).toMatchObject({ missing: 1, extra: 1, different: 1, quarantined: 0 });
      expect(positions!.sourceRows).toBeGreaterThan(100);
      expect(positions!.targetRows).toBe(positions!.sourceRows);
      for (const table of Object.values(others)) expect(table).toMatchObject({ missing: 0, extra: 0, different: 0 });
    },
    2 * LONG_MS,
  );
});
