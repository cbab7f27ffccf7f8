import { createRequire } from 'node:module';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../workspace.mjs';

const fromRoot = createRequire(join(root, 'package.json'));
const fromCli = createRequire(join(root, 'apps/cli/package.json'));

/** Runs an example of JavaScript or TypeScript as a module in the page's folder, where its packages are installed. */
export async function runExample(session, { language, code }, name) {
  const file = join(session.cwd, `${name}.mjs`);
  writeFileSync(file, language === 'ts' ? withoutTypes(code) : code);
  return session.node([file]);
}

/** TypeScript's opinion of all examples of a page together, as a user's strict project has it. */
export async function checkTypes(session, examples) {
  const files = examples.map(({ code, name }) => {
    const file = join(session.cwd, `${name}.mts`);
    writeFileSync(file, code);
    return file;
  });
  if (files.length === 0) return;
  const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--skipLibCheck', '--types', 'node'];
  const types = ['--typeRoots', join(root, 'node_modules/@types')];
  await session.node([fromRoot.resolve('typescript/bin/tsc'), ...options, ...types, ...files]);
}

function withoutTypes(code) {
  const { ModuleKind, ScriptTarget, transpileModule } = fromRoot('typescript');
  return transpileModule(code, { compilerOptions: { module: ModuleKind.ESNext, target: ScriptTarget.ES2022, verbatimModuleSyntax: true } })
    .outputText;
}

/** What is no example to run: whether it is what it says. A configuration of bqsync is read by its own reader. */
export async function checkData({ language, code }, folder) {
  if (language === 'json') JSON.parse(code);
  if (language === 'graphql') fromCli('graphql').parse(code);
  if (language !== 'yaml') return;
  const { parse } = createRequire(join(root, 'packages/config/package.json'))('yaml');
  const value = parse(code);
  if (value === null || typeof value !== 'object') throw new Error('the block is no mapping of keys to values');
  // The synthesizer's own file is read by the command that follows it.
  if (!('bigquery' in value || '@bqsync/harper-plugin' in value) || 'synthesizer' in value) return;
  const { parseConfig } = await import(pathToFileURL(join(root, 'packages/config/dist/index.js')));
  parseConfig(code, 'the block', { env: ENVIRONMENT, baseDir: folder });
}

/** Variables that configurations in the documentation name. */
const ENVIRONMENT = { GCP_PROJECT: 'my-project' };
