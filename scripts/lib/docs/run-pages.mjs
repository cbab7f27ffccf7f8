import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageFolders, pinnedPnpm, readJson, root } from '../workspace.mjs';
import { checkData, checkTypes, runExample } from './code.mjs';
import { startGoogle } from './google.mjs';
import { Session } from './session.mjs';

/** Chains of pages that run at the same time. */
const AT_A_TIME = 2;
const CACHE = join(root, '.bqsync', 'cache');

/** Runs the blocks of the pages; those of pages that others come after, too. Faults go to `note(page, line, fault)`. */
export async function runPages(pages, wanted, nameOf, note) {
  const chains = chainsOf(pages, nameOf).filter((chain) => wanted.length === 0 || chain.some((page) => wanted.includes(nameOf(page))));
  const totals = { commands: 0, examples: 0, data: 0 };
  if (chains.length === 0) return totals;
  const { packWorkspace, serveScope } = await import(pathToFileURL(join(root, 'packages/harper-process/dist/index.js')));
  const names = packageFolders()
    .map((folder) => readJson(join(folder, 'package.json')))
    .filter(({ private: hidden }) => hidden !== true)
    .map(({ name }) => name);
  const registry = await serveScope(await packWorkspace({ root, names, outDir: join(CACHE, 'tarballs') }));
  try {
    const waiting = [...chains];
    const work = async () => {
      for (let chain = waiting.shift(); chain !== undefined; chain = waiting.shift())
        await runChain(chain, registry.url, nameOf, totals, note);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
  } finally {
    await registry.close();
  }
  return totals;
}

/** Each page with those that come after it, in their order. The longest chain first. */
function chainsOf(pages, nameOf) {
  const following = (page) => [page, ...pages.filter((other) => other.after === nameOf(page)).flatMap(following)];
  return pages
    .filter(({ after }) => after === undefined)
    .map((page) => following(page).filter(({ blocks }) => blocks.some(runs)))
    .filter((chain) => chain.length > 0)
    .toSorted((a, b) => b.flatMap(({ blocks }) => blocks).length - a.flatMap(({ blocks }) => blocks).length);
}

function runs({ language, marks }) {
  return language !== 'output' && marks.skip === undefined && marks.elsewhere === undefined;
}

async function runChain(chain, registryUrl, nameOf, totals, note) {
  const scratch = mkdtempSync(join(tmpdir(), 'bqsync-docs-'));
  const google = await startGoogle();
  const folder = join(scratch, 'page');
  mkdirSync(folder);
  // A page that begins with a clone of this repository finds it where `git clone` would have put it.
  symlinkSync(root, join(folder, 'bqsync'));
  const session = new Session(folder, environment(scratch, registryUrl, google), scratch);
  running.add(session);
  try {
    for (const page of chain) {
      const startedAt = performance.now();
      const ran = await runPage(session, page, totals, note);
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      process.stderr.write(`${ran ? '✓' : '✗'} ${nameOf(page)} ${seconds} s\n`);
      // What comes after it would fail for the same reason.
      if (!ran) return;
    }
  } finally {
    await session.end();
    running.delete(session);
    await google.end();
    // The tarballs that README has packed in the clone.
    if (chain.some(({ path }) => path === join(root, 'README.md'))) rmSync(join(root, 'tarballs'), { recursive: true, force: true });
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function runPage(session, page, totals, note) {
  const typed = [];
  let above = '';
  let at = 0;
  try {
    for (const [index, block] of page.blocks.entries()) {
      if (!runs(block)) continue;
      at = block.line;
      const { language, marks } = block;
      if (marks.in !== undefined) session.enter(marks.in);
      if (marks.file !== undefined) {
        const file = join(session.cwd, marks.file);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, block.code);
      }
      if (language === 'sh') {
        await runShell(session, block);
        totals.commands++;
      } else if (['js', 'mjs', 'ts'].includes(language) && marks.file === undefined) {
        const code = marks.continues === undefined ? block.code : above + block.code;
        above = code;
        const name = `example-${index}`;
        if (language === 'ts') typed.push({ code, name, line: block.line });
        await runExample(session, { language, code }, name);
        totals.examples++;
      } else {
        await checkData(block, dirname(page.path));
        totals.data++;
      }
    }
    at = typed[0]?.line ?? at;
    await checkTypes(session, typed);
    return true;
  } catch (error) {
    const log = session.backgroundLog();
    note(page, at, `${error.message}${log === '' ? '' : `\nwhat runs in the background says:\n${log}`}`);
    return false;
  }
}

function runShell(session, { code, marks }) {
  if (marks.background !== undefined) return session.background(code, marks.background);
  return marks.until === undefined ? session.run(code) : session.runUntil(code, marks.until);
}

/** An empty HOME and nothing of this machine's but PATH and where npm has its packages from. */
function environment(scratch, registryUrl, google) {
  const home = join(scratch, 'home');
  const bin = join(scratch, 'bin');
  const prefix = join(scratch, 'prefix');
  for (const folder of [home, bin, join(prefix, 'lib')]) mkdirSync(folder, { recursive: true });
  const command = (name, line) => {
    writeFileSync(join(bin, name), `#!/bin/sh\nexec ${line} "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  };
  for (const name of ['gcloud', 'bq']) command(name, `node ${JSON.stringify(join(import.meta.dirname, 'stand-ins', `${name}.mjs`))}`);
  command('pnpm', `npx --yes --loglevel=error ${pinnedPnpm()}`);
  const npmrc = join(scratch, 'npmrc');
  writeFileSync(npmrc, `@bqsync:registry=${registryUrl}\n`);
  // A request that is refused is a command that fails.
  writeFileSync(join(scratch, '.curlrc'), 'fail-with-body\nsilent\nshow-error\n');
  const preloads = [join(import.meta.dirname, 'redirect.mjs'), join(root, 'packages/harper-process/guard/loopback.mjs')];
  return {
    PATH: [bin, join(prefix, 'bin'), process.env.PATH].join(delimiter),
    HOME: home,
    TMPDIR: scratch,
    CURL_HOME: scratch,
    LANG: 'C.UTF-8',
    CI: '1',
    NO_COLOR: '1',
    DO_NOT_TRACK: '1',
    TURBO_TELEMETRY_DISABLED: '1',
    NODE_OPTIONS: preloads.map((path) => `--import=${pathToFileURL(path).href}`).join(' '),
    BQSYNC_DOCS_BIGQUERY: google.bigquery,
    BQSYNC_DOCS_TOKENS: google.tokens,
    npm_config_userconfig: npmrc,
    npm_config_prefix: prefix,
    ...wayToNpm(),
    pnpm_config_store_dir: pnpmStore(),
    npm_config_ignore_scripts: 'true',
    npm_config_prefer_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_loglevel: 'error',
  };
}

/** How this machine reaches npm's registry, and its cache. */
function wayToNpm() {
  const passed = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];
  const named = ['registry', 'cache', 'cafile', 'proxy', 'https-proxy', 'noproxy'].map((name) => [
    `npm_config_${name.replaceAll('-', '_')}`,
    npmSetting(name),
  ]);
  return Object.fromEntries(
    [...passed.map((name) => [name, process.env[name]]), ...named].filter(
      ([, value]) => value !== undefined && value !== '' && value !== 'null',
    ),
  );
}

/** Where the clone's packages are linked from: pnpm refuses another store. */
function pnpmStore() {
  const text = readFileSync(join(root, 'node_modules/.modules.yaml'), 'utf8');
  return /^ *"?storeDir"?: *"?(.+?)\/v\d+"?,?$/m.exec(text)?.[1] ?? '';
}

/** Sessions with something that must not outlive this process. */
const running = new Set();
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.once(signal, () => {
    void Promise.all([...running].map((session) => session.end())).finally(() => process.exit(code));
  });
}

const settings = new Map();
function npmSetting(name) {
  if (!settings.has(name)) settings.set(name, execFileSync('npm', ['config', 'get', name], { encoding: 'utf8' }).trim());
  return settings.get(name);
}
