import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BqsyncError } from '@bqsync/errors';

const run = promisify(execFile);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface PackOptions {
  /** The folder of the workspace, with `packages/` and `apps/`. */
  readonly root: string;
  /** Package names; those of the workspace that they depend on are packed too. */
  readonly names: readonly string[];
  /** Where the tarballs are kept; one that is there already for the same content is not packed again. */
  readonly outDir: string;
}

/**
 * Packs built packages of the workspace as they would be published. Returns the tarballs' paths, dependencies included; a path changes
 * with the content. Throws `BQS_USAGE` if a package is unknown, private or not built.
 */
export async function packWorkspace(options: PackOptions): Promise<string[]> {
  const root = resolve(options.root);
  const outDir = resolve(options.outDir);
  const wanted = closure(findPackages(root), options.names).map(({ dir, manifest }) => ({
    dir,
    tarball: join(outDir, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}-${contentHash(dir, manifest)}.tgz`),
  }));
  mkdirSync(outDir, { recursive: true });
  // One at a time: each is a Node process of its own and the tests' machine is small.
  for (const { dir, tarball } of wanted) {
    if (!existsSync(tarball)) await pack(root, dir, outDir, tarball);
  }
  return wanted.map(({ tarball }) => tarball);
}

async function pack(root: string, dir: string, outDir: string, tarball: string): Promise<void> {
  const temporary = mkdtempSync(join(outDir, 'packing-'));
  try {
    const [command, args] = pnpm(root);
    await run(command, [...args, 'pack', '--pack-destination', temporary], {
      cwd: dir,
      env: { ...process.env, npm_config_ignore_scripts: 'true' },
    });
    const packed = readdirSync(temporary).find((name) => name.endsWith('.tgz'));
    if (packed === undefined) throw new BqsyncError('BQS_INTERNAL', `pnpm pack made no tarball of ${dir}`);
    renameSync(join(temporary, packed), tarball);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The pnpm that runs this program, else the one that the workspace pins, through npx. */
function pnpm(root: string): [string, string[]] {
  const running = process.env.npm_execpath;
  if (running !== undefined && /pnpm[^/\\]*$/.test(running)) {
    return /\.[cm]?js$/.test(running) ? [process.execPath, [running]] : [running, []];
  }
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { packageManager: string };
  return ['npx', ['--yes', '--loglevel=error', packageManager.split('+')[0] ?? packageManager]];
}

interface WorkspacePackage {
  readonly dir: string;
  readonly manifest: Manifest;
}

function findPackages(root: string): Map<string, WorkspacePackage> {
  const found = new Map<string, WorkspacePackage>();
  for (const folder of ['packages', 'apps']) {
    for (const name of readdirSync(join(root, folder))) {
      const dir = join(root, folder, name);
      const path = join(dir, 'package.json');
      if (!existsSync(path)) continue;
      const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
      found.set(manifest.name, { dir, manifest });
    }
  }
  return found;
}

function closure(packages: ReadonlyMap<string, WorkspacePackage>, names: readonly string[]): WorkspacePackage[] {
  const taken = new Map<string, WorkspacePackage>();
  const take = (name: string): void => {
    const found = packages.get(name);
    if (taken.has(name)) return;
    if (found === undefined) throw new BqsyncError('BQS_USAGE', `the workspace has no package ${name}`);
    if (found.manifest.private === true) throw new BqsyncError('BQS_USAGE', `${name} is private and cannot be installed by a user`);
    if (!existsSync(join(found.dir, 'dist')))
      throw new BqsyncError('BQS_USAGE', `${name} is not built`, { hint: 'run npx turbo run build first' });
    taken.set(name, found);
    for (const [dependency, range] of Object.entries(found.manifest.dependencies ?? {})) {
      if (range.startsWith('workspace:')) take(dependency);
    }
  };
  names.forEach(take);
  return [...taken.values()];
}

function contentHash(dir: string, manifest: Manifest): string {
  const hash = createHash('sha256');
  for (const entry of ['package.json', ...(manifest.files ?? [])]) addToHash(hash, dir, entry);
  return hash.digest('hex').slice(0, 16);
}

function addToHash(hash: ReturnType<typeof createHash>, dir: string, entry: string): void {
  const path = join(dir, entry);
  if (!existsSync(path)) return;
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) addToHash(hash, dir, join(entry, name));
  } else {
    hash.update(`${entry}\0`).update(readFileSync(path)).update('\0');
  }
}
