import './lib/node-version.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './lib/workspace.mjs';

// Google's Python client against the local BigQuery, where there is a Python: one that has the client (BQSYNC_PYTHON names another than python3), or one
// that can install it from PyPI into a folder of its own. With --record the requests that it sends are kept for the test that needs no Python.

const PACKAGES = ['google-cloud-bigquery', 'google-cloud-bigquery-storage', 'pandas', 'pyarrow', 'db-dtypes'];
const IMPORTS = 'import google.cloud.bigquery, google.cloud.bigquery_storage, pandas, pyarrow, db_dtypes';
const INSTALL_LIMIT_MS = 180_000;
const folder = join(root, 'packages/local-bigquery');
const records = process.argv.includes('--record');

const works = (python) => spawnSync(python, ['-c', IMPORTS], { stdio: 'ignore' }).status === 0;

/** A Python that has the client, or the reason why there is none. */
function findPython(scratch) {
  const named = process.env.BQSYNC_PYTHON ?? 'python3';
  if (spawnSync(named, ['--version'], { stdio: 'ignore' }).status !== 0) return { reason: `there is no ${named}` };
  if (works(named)) return { python: named };
  if (process.env.BQSYNC_PYTHON !== undefined) return { reason: `${named} has not ${PACKAGES.join(', ')}` };
  const made = spawnSync(named, ['-m', 'venv', scratch], { stdio: 'ignore' });
  if (made.status !== 0) return { reason: `${named} has not the client and cannot make a venv to install it into` };
  const python = join(scratch, 'bin/python');
  const options = ['install', '--quiet', '--disable-pip-version-check', '--retries', '1', '--only-binary', ':all:'];
  const installed = spawnSync(python, ['-m', 'pip', ...options, ...PACKAGES], { stdio: 'ignore', timeout: INSTALL_LIMIT_MS });
  return installed.status === 0 && works(python) ? { python } : { reason: `${named} has not the client and pip cannot install it` };
}

/** What a replay compares of an answer: all but times, ids and sizes of what only this run has. */
function essence(status, body) {
  const of = (value, keys) => Object.fromEntries(keys.filter((key) => value?.[key] !== undefined).map((key) => [key, value[key]]));
  return {
    status,
    ...of(body, ['kind', 'rows', 'totalRows', 'jobComplete', 'numDmlAffectedRows', 'schema', 'insertErrors']),
    ...(body.error ? { reason: body.error.errors?.[0]?.reason } : {}),
    ...(body.status ? { failed: body.status.errorResult?.reason ?? null } : {}),
    ...(body.tables ? { tables: body.tables.map((table) => table.tableReference.tableId) } : {}),
  };
}

/** Hands each request on to the server and keeps it with its answer. */
function recorder(target, kept) {
  const proxy = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const names = ['content-type', 'content-range'].filter((name) => request.headers[name] !== undefined);
    const headers = Object.fromEntries(names.map((name) => [name, request.headers[name]]));
    const answer = await fetch(target + request.url, { method: request.method, headers, ...(body.length > 0 ? { body } : {}) });
    const text = await answer.text();
    const isText = body.equals(Buffer.from(body.toString('utf8')));
    kept.push({
      method: request.method,
      path: request.url,
      headers,
      ...(body.length > 0 ? (isText ? { text: body.toString('utf8') } : { base64: body.toString('base64') }) : {}),
      answer: essence(answer.status, text === '' ? {} : JSON.parse(text)),
    });
    const location = answer.headers.get('location')?.replace(target, `http://${request.headers.host}`);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...(location ? { location } : {}) }).end(text);
  });
  return new Promise((resolve) => proxy.listen(0, '127.0.0.1', () => resolve(proxy)));
}

async function run(python) {
  const { startLocalBigQuery } = await import(pathToFileURL(join(folder, 'dist/index.js')).href);
  const server = await startLocalBigQuery();
  const kept = [];
  const proxy = await recorder(server.url, kept);
  const child = spawn(
    python,
    ['-W', 'ignore', join(folder, 'test/python/client.py'), `http://127.0.0.1:${proxy.address().port}`, `127.0.0.1:${server.storagePort}`],
    {
      stdio: 'inherit',
      env: { ...process.env, GOOGLE_API_USE_CLIENT_CERTIFICATE: 'false', GRPC_VERBOSITY: 'NONE' },
    },
  );
  const status = await new Promise((resolve) => child.on('close', resolve));
  proxy.closeAllConnections();
  proxy.close();
  await server.close();
  if (records && status === 0) writeFileSync(join(folder, 'test/python/recorded.json'), `${JSON.stringify(kept, null, 1)}\n`);
  return status;
}

const scratch = mkdtempSync(join(tmpdir(), 'bqsync-python-'));
try {
  if (!existsSync(join(folder, 'dist/index.js'))) throw new Error('packages/local-bigquery is not built');
  const { python, reason } = findPython(join(scratch, 'venv'));
  if (python === undefined)
    process.stdout.write(`skipped: ${reason}. Its requests are replayed by packages/local-bigquery/test/python-client.test.ts.\n`);
  else process.exitCode = await run(python);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
