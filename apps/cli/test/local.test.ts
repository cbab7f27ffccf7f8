import { createServer } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

describe('bqsync local', () => {
  it('answers until Ctrl-C, which ends it cleanly', async () => {
    let answer: Promise<Response> | undefined;
    const { code, documents } = await runCli(['local', '--port', '0', '--json'], {
      onOutput: (text, kill) => {
        if (answer !== undefined || !text.includes('\n')) return;
        const { url } = JSON.parse(text.slice(0, text.indexOf('\n'))) as { url: string };
        answer = fetch(`${url}/bigquery/v2/projects/p/datasets`);
        void answer.finally(() => kill('SIGINT'));
      },
    });
    expect((await answer)?.status).toBe(200);
    expect(code).toBe(0);
    expect(documents).toMatchObject([
      { event: 'listening', ok: true, file: null },
      { event: 'stopped', ok: true },
    ]);
  });

  it('names a port in use in one line', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const { code, stderr } = await runCli(['local', '--port', String(port)]);
    taken.close();
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error: .*${port}`));
  });
});
