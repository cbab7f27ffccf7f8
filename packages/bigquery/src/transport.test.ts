import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { CredentialsHolder } from './credentials.ts';
import { failure, never } from './local.test-kit.ts';
import { createTransport, type Transport } from './transport.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that does one thing, for faults that a good server does not have. */
async function against(listener: RequestListener, timeoutMs = 20_000): Promise<{ transport: Transport; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const apiEndpoint = `http://127.0.0.1:${port}`;
  const credentials = new CredentialsHolder({ projectId: 'p', credentials: { kind: 'anonymous' }, apiEndpoint });
  return { transport: createTransport(credentials, timeoutMs), server };
}

const call = { path: '/x', query: { a: 1, left: undefined }, place: { doing: 'test' }, signal: never };
const big = { rows: Array.from({ length: 2000 }, (_, n) => ({ f: [{ v: `ü${n}` }] })) };

describe('transport', () => {
  it('gets JSON, compressed or not, and says its size', async () => {
    const seen: (string | undefined)[] = [];
    const { transport, server } = await against((request, response) => {
      seen.push(request.url, request.headers['accept-encoding'], request.headers['user-agent']);
      const text = JSON.stringify(big);
      const zip = request.url?.includes('/zip') === true;
      response.writeHead(200, { 'content-type': 'application/json; charset=UTF-8', ...(zip ? { 'content-encoding': 'gzip' } : {}) });
      response.end(zip ? gzipSync(text) : text);
    });
    let connections = 0;
    server.on('connection', () => (connections += 1));
    const plain = await transport.get(call);
    const zipped = await transport.get({ ...call, path: '/zip', projectId: 'other' });
    expect(plain.body).toEqual(big);
    expect(zipped).toEqual(plain);
    expect(connections).toBe(1);
    expect(plain.bytes).toBe(JSON.stringify(big).length);
    expect(seen[0]).toBe('/bigquery/v2/projects/p/x?prettyPrint=false&a=1');
    expect(seen[1]).toContain('gzip');
    expect(seen[2]).toContain('gzip');
    expect(seen[3]).toBe('/bigquery/v2/projects/other/zip?prettyPrint=false&a=1');
  });

  it('reads the error body with its reason and the time to wait, in both ways', async () => {
    const { transport } = await against((_, response) => {
      response.writeHead(403, { 'content-type': 'application/json; charset=UTF-8', 'retry-after': '3' });
      response.end(
        JSON.stringify({ error: { code: 403, message: 'slow', errors: [{ reason: 'rateLimitExceeded', message: 'slow down' }] } }),
      );
    });
    const expected = { code: 'BQS_SOURCE_RATE_LIMITED', retryAfterMs: 3000, message: 'could not test: slow down' };
    expect(await failure(transport.get(call))).toMatchObject(expected);
    expect(await failure(transport.post(call, {}))).toMatchObject(expected);
  });

  it('understands a proxy that answers with a page', async () => {
    const { transport } = await against((_, response) => {
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
    });
    expect((await failure(transport.get(call))).code).toBe('BQS_SOURCE_UNAVAILABLE');
    expect((await failure(transport.post(call, {}))).code).toBe('BQS_SOURCE_UNAVAILABLE');
  });

  it('does not take a broken answer for a whole one', async () => {
    let mode: 'length' | 'chunks' | 'text' = 'length';
    const { transport } = await against((_, response) => {
      const text = JSON.stringify(big);
      response.writeHead(200, {
        'content-type': 'application/json; charset=UTF-8',
        ...(mode === 'length' ? { 'content-length': String(text.length * 2) } : {}),
      });
      if (mode === 'text') response.end(text.slice(0, -10));
      else response.write(text.slice(0, 5000), () => response.destroy());
    });
    for (mode of ['length', 'chunks', 'text'] as const) {
      expect(await failure(transport.get(call)), mode).toMatchObject({ code: 'BQS_SOURCE_UNREACHABLE', retryable: true });
    }
  });

  it('lesson 16: one call is one request: retry policy is not here', async () => {
    let requests = 0;
    const { transport, server } = await against((_, response) => {
      requests += 1;
      response.writeHead(503, { 'content-type': 'application/json' }).end('{}');
    });
    expect((await failure(transport.get(call))).code).toBe('BQS_SOURCE_UNAVAILABLE');
    expect((await failure(transport.post(call, {}))).code).toBe('BQS_SOURCE_UNAVAILABLE');
    expect(requests).toBe(2);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await failure(transport.get(call))).toMatchObject({ code: 'BQS_SOURCE_UNREACHABLE', retryable: true });
    expect(await failure(transport.post(call, {}))).toMatchObject({ code: 'BQS_SOURCE_UNREACHABLE', retryable: true });
  });

  it('gives up on a server that falls silent, before and within an answer', async () => {
    const { transport } = await against((request, response) => {
      if (request.url?.includes('/begun') === true) response.writeHead(200).write('{"rows": [');
    }, 50);
    const answers = [transport.get(call), transport.get({ ...call, path: '/begun' }), transport.post(call, {})];
    for (const error of await Promise.all(answers.map(failure))) {
      expect(error).toMatchObject({ code: 'BQS_SOURCE_UNREACHABLE', message: 'could not test: no answer within 0.05 s' });
    }
  });

  it.each(['GET', 'POST'] as const)(
    'stops a %s when asked to and lets go of the connection, before and within an answer',
    async (method) => {
      for (const begun of [false, true]) {
        const controller = new AbortController();
        const closed: Promise<unknown>[] = [];
        const { transport } = await against((_, response) => {
          closed.push(once(response, 'close'));
          if (begun) response.writeHead(200).write('{"rows": [', () => controller.abort());
          else controller.abort();
        });
        const stopped = { ...call, signal: controller.signal };
        const send = () => (method === 'GET' ? transport.get(stopped) : transport.post(stopped, {}));
        expect((await failure(send())).code).toBe('BQS_ABORTED');
        await closed[0];
        expect((await failure(send())).code).toBe('BQS_ABORTED');
        expect(closed).toHaveLength(1);
      }
    },
  );

  it('says what is wrong with credentials that the token endpoint refuses', async () => {
    const { transport } = await against((_, response) => {
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end('{"error":"invalid_grant","error_description":"Account not found"}');
    });
    expect(await failure(transport.get(call))).toMatchObject({
      code: 'BQS_SOURCE_UNAUTHENTICATED',
      message: 'could not test: invalid_grant: Account not found',
    });
  });
});
