import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ApplicationParts {
  /** `config.yaml`: an object, or the YAML text itself. */
  readonly config: Readonly<Record<string, unknown>> | string;
  /** `schema.graphql`; `config` must name it under `graphqlSchema`. */
  readonly graphql?: string | undefined;
  /** `resources.js`; `config` must name it under `jsResource`. */
  readonly resources?: string | undefined;
}

/** Writes a Harper application into `dir`; what the folder holds besides (`node_modules`) stays. Returns `dir`. */
export function createApplication(dir: string, parts: ApplicationParts): string {
  mkdirSync(dir, { recursive: true });
  // JSON is YAML.
  const config = typeof parts.config === 'string' ? parts.config : JSON.stringify(parts.config, null, 2);
  replaceFile(join(dir, 'config.yaml'), `${config.trimEnd()}\n`);
  for (const [name, text] of [
    ['schema.graphql', parts.graphql],
    ['resources.js', parts.resources],
  ] as const) {
    if (text === undefined) rmSync(join(dir, name), { force: true });
    else replaceFile(join(dir, name), text);
  }
  const manifest = join(dir, 'package.json');
  if (!existsSync(manifest))
    writeFileSync(manifest, `${JSON.stringify({ name: 'application', private: true, type: 'module' }, null, 2)}\n`);
  return dir;
}

/**
 * A running Harper watches these files: one that it sees empty for a moment may stay so for it, and one that is replaced is loaded again, changed
 * or not.
 */
function replaceFile(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
