import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { BqsyncError } from '@bqsync/errors';

const run = promisify(execFile);
const NPM_ARGUMENTS = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--loglevel=error'];

export interface InstallOptions {
  /** Where finished installations are kept, by the content of their tarballs. Default: `installed` beside the first tarball. */
  readonly cacheDir?: string | undefined;
}

/**
 * Installs tarballs into an application with `npm install`, as a user would. An installation of the same tarballs, Node and platform
 * is taken from the cache, whose files are shared by hard links: do not edit them.
 */
export async function installTarballs(appDir: string, tarballs: readonly string[], options: InstallOptions = {}): Promise<void> {
  const first = tarballs[0];
  if (first === undefined) throw new BqsyncError('BQS_USAGE', 'no tarballs to install');
  const cacheDir = resolve(options.cacheDir ?? join(dirname(first), 'installed'));
  const installed = join(cacheDir, hashOf(tarballs));
  if (!existsSync(installed)) await install(cacheDir, installed, tarballs);
  mkdirSync(appDir, { recursive: true });
  rmSync(join(appDir, 'node_modules'), { recursive: true, force: true });
  linkTree(join(installed, 'node_modules'), join(appDir, 'node_modules'));
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  const dependencies = Object.entries(manifest.dependencies).map(([name, spec]) => {
    const tarball = resolve(installed, spec.replace(/^file:/, ''));
    return [name, `file:${relative(resolve(appDir), tarball)}`];
  });
  addDependencies(join(appDir, 'package.json'), Object.fromEntries(dependencies) as Record<string, string>);
}

async function install(cacheDir: string, installed: string, tarballs: readonly string[]): Promise<void> {
  mkdirSync(cacheDir, { recursive: true });
  const temporary = mkdtempSync(join(cacheDir, 'installing-'));
  try {
    writeFileSync(join(temporary, 'package.json'), `${JSON.stringify({ name: 'application', private: true })}\n`);
    await run('npm', [...NPM_ARGUMENTS, ...tarballs.map((path) => resolve(path))], { cwd: temporary });
    renameSync(temporary, installed);
  } catch (error) {
    // Another process may have finished the same installation meanwhile.
    if (!existsSync(installed)) {
      const output = (error as { stderr?: string }).stderr ?? '';
      throw new BqsyncError('BQS_INTERNAL', `npm install of ${tarballs.map((path) => basename(path)).join(', ')} failed\n${output}`, {
        cause: error,
      });
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function hashOf(tarballs: readonly string[]): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} ${process.versions.modules}\0`);
  for (const digest of tarballs.map((path) => createHash('sha256').update(readFileSync(path)).digest('hex')).sort()) hash.update(digest);
  return hash.digest('hex').slice(0, 16);
}

function addDependencies(path: string, dependencies: Readonly<Record<string, string>>): void {
  const manifest = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as { dependencies?: Record<string, string> })
    : { name: 'application', private: true };
  const merged = { ...manifest, dependencies: { ...('dependencies' in manifest ? manifest.dependencies : {}), ...dependencies } };
  writeFileSync(path, `${JSON.stringify(merged, null, 2)}\n`);
}

function linkTree(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkFile(source, target);
  }
}

function linkFile(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // Another file system, one without hard links, or a file with too many of them.
    if (code !== 'EXDEV' && code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EMLINK') throw error;
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}
