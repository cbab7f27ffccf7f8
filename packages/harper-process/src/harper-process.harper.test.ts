import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApplication, type HarperProcess, identify, isAlive, startHarper } from './index.ts';

const dir = mkdtempSync(join(tmpdir(), 'bqsync-harper-'));
// With this name Harper's own check of the path would not end.
const rootDir = join(dir, 'a-longer-folder-name.with-a-dot', 'root');
const appDir = createApplication(join(dir, 'app'), {
  config: { rest: true, graphqlSchema: { files: 'schema.graphql' }, jsResource: { files: 'resources.js' } },
  graphql: 'type Note @table @export { id: ID @primaryKey text: String }',
  resources:
    'export class Ping extends Resource { static loadAsInstance = false; get() { logger.warn("pinged"); return { pong: true, args: process.env.EXTRA ?? null }; } }',
});
let harper: HarperProcess;

beforeAll(async () => {
  harper = await startHarper({
    rootDir,
    appDir,
    env: { HTTP_KEEPALIVETIMEOUT: '4000', OPERATIONSAPI_NETWORK_KEEPALIVETIMEOUT: '4000' },
    ready: async (h) => (await h.fetch('/Ping/')).ok,
  });
});
afterAll(async () => {
  await harper.stop();
  rmSync(dir, { recursive: true, force: true });
});

describe('a real Harper', () => {
  it('answers the REST interface and the operations API as the admin user, and nobody else', async () => {
    expect(
      (await harper.fetch('/Note/a', { method: 'PUT', body: '{"text":"kept"}', headers: { 'content-type': 'application/json' } })).status,
    ).toBe(204);
    expect(await harper.operation({ operation: 'search_by_id', table: 'Note', ids: ['a'], get_attributes: ['text'] })).toEqual([
      { text: 'kept' },
    ]);
    expect((await harper.fetch('/Note/a', { headers: { authorization: '' } })).status).toBe(401);
    await expect(harper.operation({ operation: 'no_such' })).rejects.toMatchObject({ code: 'BQS_TARGET_UNAVAILABLE' });
  });

  it('says where its threads log, over all starts', async () => {
    const pings = () => readFileSync(harper.logFile, 'utf8').match(/^\S+Z .*pinged$/gm)?.length ?? 0;
    await harper.fetch('/Ping/');
    await expect.poll(pings, { timeout: 10_000 }).toBeGreaterThan(0);
    await harper.kill();
    const before = pings();
    await harper.restart();
    await harper.fetch('/Ping/');
    await expect.poll(pings, { timeout: 10_000 }).toBeGreaterThan(before);
  });

  it('answers a caller that computed for longer than it keeps a connection', async () => {
    const ask = () =>
      Promise.all([harper.operation({ operation: 'describe_all' }), harper.fetch('/Ping/').then((response) => response.json())]);
    await ask();
    const until = performance.now() + 6_000;
    while (performance.now() < until) continue;
    await expect(ask()).resolves.toHaveLength(2);
  });

  it.runIf(process.platform === 'linux')('listens on loopback only', () => {
    const sockets = execFileSync('ls', ['-l', `/proc/${harper.pid}/fd`], { encoding: 'utf8' });
    const inodes = new Set([...sockets.matchAll(/socket:\[(\d+)\]/g)].map((match) => match[1]));
    const listening = ['tcp', 'tcp6'].flatMap((family) =>
      execFileSync('cat', [`/proc/net/${family}`], { encoding: 'utf8' })
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter((fields) => fields[3] === '0A' && inodes.has(fields[9]))
        .map((fields) => fields[1]!.split(':')[0]),
    );
    expect(listening.length).toBeGreaterThanOrEqual(5);
    expect(new Set(listening)).toEqual(new Set(['0100007F']));
  });

  it('keeps its password where only this user can read it', () => {
    expect(statSync(join(rootDir, 'credentials.json')).mode & 0o077).toBe(0);
    expect(harper.credentials.password.length).toBeGreaterThan(20);
  });

  it('refuses a second instance on the same folder while the first one runs', async () => {
    await expect(startHarper({ rootDir, appDir })).rejects.toMatchObject({
      code: 'BQS_USAGE',
      message: expect.stringContaining(String(harper.pid)),
    });
  });

  it('comes back after SIGKILL with its data, ports and credentials, and with changed options', async () => {
    const before = { pid: harper.pid, url: harper.httpUrl };
    const identity = identify(harper.pid)!;
    await harper.kill();
    expect(isAlive(identity)).toBe(false);
    expect(await harper.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await harper.restart({ env: { EXTRA: 'yes' } });
    expect(harper.pid).not.toBe(before.pid);
    expect(harper.httpUrl).toBe(before.url);
    expect(await (await harper.fetch('/Ping/')).json()).toEqual({ pong: true, args: 'yes' });
    expect(await (await harper.fetch('/Note/a')).json()).toMatchObject({ text: 'kept' });
  });

  it('stops the leftover of an owner that is gone', async () => {
    const leftover = identify(harper.pid)!;
    const recordPath = join(rootDir, 'harper-process.json');
    const record = JSON.parse(readFileSync(recordPath, 'utf8'));
    writeFileSync(recordPath, JSON.stringify({ ...record, owner: { pid: process.pid, startedAt: 'an earlier process of this pid' } }));
    const next = await startHarper({ rootDir, appDir });
    expect(isAlive(leftover)).toBe(false);
    expect(await (await next.fetch('/Note/a')).json()).toMatchObject({ text: 'kept' });
    await next.stop();
  });

  it('says what was printed when it exits instead of starting', async () => {
    const started = startHarper({ rootDir: join(dir, 'broken'), appDir, nodeOptions: ['--no-such-option'] });
    await expect(started).rejects.toMatchObject({
      code: 'BQS_TARGET_UNAVAILABLE',
      message: expect.stringMatching(/exited with 9[^]*--no-such-option/),
    });
  });
});
