import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, type Fixture, PROJECT, startFixture } from './support.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
  await fixture.dataset.createTable('t', { schema: 's:string' });
});
afterAll(() => fixture.server.close());

interface Answer {
  readonly status: number | undefined;
  readonly localPort: number | undefined;
}

/** A call on a connection that is kept; resolves when the request is sent and the answer received, both to the end. */
function send(agent: Agent, path: string, headers: Record<string, string>, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${fixture.server.url}${path}`, { method: 'POST', agent, headers }, (response) => {
      const localPort = response.socket.localPort;
      response.resume();
      response.on('end', () => {
        const answer = { status: response.statusCode, localPort };
        if (sent.writableFinished) resolve(answer);
        else sent.on('finish', () => resolve(answer));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const upload = (jobId: string, lines: string): Buffer =>
  Buffer.from(
    `--b\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({
      jobReference: { jobId },
      configuration: {
        load: { destinationTable: { projectId: PROJECT, datasetId: 'ds', tableId: 't' }, sourceFormat: 'NEWLINE_DELIMITED_JSON' },
      },
    })}\r\n--b\r\nContent-Type: application/json\r\n\r\n${lines}\r\n--b--`,
  );
const MULTIPART = { 'content-type': 'multipart/related; boundary=b' };
const UPLOAD = `/upload/bigquery/v2/projects/${PROJECT}/jobs?uploadType=multipart`;

test.each([1_000, 64_000, 100_000, 5_000_000])(
  'an upload of %i bytes that is refused early leaves its connection usable',
  async (bytes) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    try {
      const lines = `{"s":"${'x'.repeat(bytes)}"}\n`;
      const id = `job${bytes}`;
      const first = await send(agent, UPLOAD, MULTIPART, upload(id, lines));
      expect(first.status).toBe(200);
      const again = await send(agent, UPLOAD, MULTIPART, upload(id, lines));
      expect(again.status).toBe(409);
      const third = await send(agent, UPLOAD, MULTIPART, upload(`${id}b`, lines));
      expect(third.status).toBe(200);
      const rows = await call(fixture.server, 'GET', '/datasets/ds/tables/t/data?maxResults=1');
      expect(Number(rows.body.totalRows)).toBeGreaterThan(1);
    } finally {
      agent.destroy();
    }
  },
);

test('a packed body and a body over the limit that are refused early leave their connection usable', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const query = `/bigquery/v2/projects/${PROJECT}/queries`;
    const json = { 'content-type': 'application/json' };
    for (let round = 0; round < 3; round += 1) {
      expect((await send(agent, query, json, Buffer.alloc(12_000_000, 0x20))).status).toBe(413);
      const { gzipSync } = await import('node:zlib');
      expect((await send(agent, query, { ...json, 'content-encoding': 'gzip' }, gzipSync(randomBytes(12_000_000)))).status).toBe(413);
      expect((await send(agent, '/bigquery/v2/nowhere', json, randomBytes(2_000_000))).status).toBe(400);
      expect((await send(agent, query, json, Buffer.from('{"query":"SELECT 1","useLegacySql":false}'))).status).toBe(200);
    }
  } finally {
    agent.destroy();
  }
});
