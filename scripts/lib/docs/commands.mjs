import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { packageFolders, readJson, root } from '../workspace.mjs';

// Of commands that are not run here: that they exist, with their flags, as npm scripts, commands of the packages, packages that are installed by
// name, files. Needs the builds. What is no command of this project (git, curl, …) is taken as it is, if it is known here.

const OTHERS = new Set([
  'git',
  'curl',
  'cd',
  'mkdir',
  'cat',
  'export',
  'gcloud',
  'bq',
  'ls',
  'docker',
  'tar',
  'echo',
  'cp',
  'touch',
  'jq',
  'harperdb',
  'harper',
]);
const manifests = packageFolders().map((folder) => ({ folder, manifest: readJson(join(folder, 'package.json')) }));
const scripts = readJson(join(root, 'package.json')).scripts;
const tasks = Object.keys(JSON.parse(readFileSync(join(root, 'turbo.json'), 'utf8').replace(/^\s*\/\/.*$/gm, '')).tasks);
const packages = new Map(manifests.map(({ folder, manifest }) => [manifest.name, { folder, manifest }]));
const commands = new Map(
  manifests.flatMap(({ folder, manifest }) => Object.entries(manifest.bin ?? {}).map(([name, file]) => [name, join(folder, file)])),
);

const help = new Map();
function helpOf(file, ...args) {
  const key = [file, ...args].join(' ');
  if (!help.has(key)) {
    const { status, stdout, stderr, error } = spawnSync(process.execPath, [file, ...args, '--help'], { encoding: 'utf8', timeout: 60_000 });
    help.set(key, error === undefined && status === 0 ? stdout + stderr : '');
  }
  return help.get(key);
}

const has = (text, word) => new RegExp(`(^|[\\s,|<\\[])${word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w-])`, 'm').test(text);

/** What is wrong with a command's flags and subcommand, or undefined. */
function faultOfProgram(name, file, args) {
  if (!existsSync(file)) return `${name} is not built: ${relative(root, file)}`;
  const general = helpOf(file);
  if (general === '') return `${name} --help fails`;
  const first = args.find((arg) => !arg.startsWith('-'));
  const isSubcommand = first !== undefined && args[0] === first && /^Commands:/m.test(general);
  if (isSubcommand && !has(general, first)) return `${name} has no command "${first}"`;
  const text = isSubcommand ? general + helpOf(file, first) : general;
  for (const arg of args) {
    const flag = /^--?[a-z][\w-]*/i.exec(arg)?.[0];
    if (flag !== undefined && !has(text, flag)) return `${[name, ...(isSubcommand ? [first] : [])].join(' ')} has no flag ${flag}`;
  }
  return undefined;
}

function faultOfInstall(args) {
  for (const arg of args) {
    const name = arg.replace(/(?<=.)@[^/]*$/, '');
    if (!name.startsWith('@bqsync/')) continue;
    const found = packages.get(name);
    if (found === undefined) return `there is no package ${name}`;
    if (found.manifest.private) return `${name} is private and cannot be installed`;
  }
  return undefined;
}

function afterDashes(args) {
  const at = args.indexOf('--');
  return at < 0 ? [] : args.slice(at + 1);
}

function faultOfNpm(args) {
  const [verb, ...rest] = args.filter((arg) => arg !== '--silent' && arg !== '-s' && arg !== '-r');
  if (verb === undefined || verb.startsWith('-')) return undefined;
  if (['install', 'i', 'add', 'ci'].includes(verb)) return faultOfInstall(rest);
  if (['pack', 'exec', 'publish', 'init', 'view', 'dlx', 'changeset', 'config'].includes(verb)) return undefined;
  if (verb === 'turbo') {
    const task = rest.find((arg) => !arg.startsWith('-') && arg !== 'run');
    return task === undefined || tasks.includes(task) ? undefined : `turbo has no task "${task}"`;
  }
  const name = verb === 'run' ? rest[0] : verb;
  if (!Object.hasOwn(scripts, name)) return `there is no script "${name}"`;
  return name === 'start' ? faultOfProgram('npm start --', join(root, 'apps/demo/dist/main.js'), afterDashes(args)) : undefined;
}

function faultOf(words, folder) {
  const [program, ...args] = words.filter(
    (word, index, all) => !(/^[A-Z_]+=/.test(word) && all.slice(0, index).every((w) => /^[A-Z_]+=/.test(w))),
  );
  if (program === undefined) return undefined;
  if (program === 'npm' || program === 'pnpm') return faultOfNpm(args);
  if (program === 'npx') {
    const [name, ...rest] = args.filter((arg) => !['--yes', '-y', '--'].includes(arg) && !arg.startsWith('--loglevel'));
    const bare = (name ?? '').replace(/(?<=.)@[^/]*$/, '');
    const bins = Object.entries(packages.get(bare)?.manifest.bin ?? {});
    if (bins[0] !== undefined) return faultOfProgram(name, join(packages.get(bare).folder, bins[0][1]), rest);
    if (bare.startsWith('@bqsync/')) return `${bare} has no command`;
    if (['turbo', 'vitest', 'tsc', 'tsup', 'eslint', 'biome', 'changeset', 'knip', 'pnpm', 'harperdb'].includes(bare)) return undefined;
    return faultOf([bare, ...rest], folder);
  }
  if (commands.has(program)) return faultOfProgram(program, commands.get(program), args);
  if (program === 'node') {
    const file = args.find((arg) => !arg.startsWith('-'));
    if (file === undefined || [root, folder].some((base) => existsSync(resolve(base, file)))) return undefined;
    return `there is no file ${file}`;
  }
  if (/^\.{0,2}\//.test(program)) return existsSync(resolve(root, program)) ? undefined : `there is no file ${program}`;
  return OTHERS.has(program) || program === '.ci/run' ? undefined : `unknown command "${program}"`;
}

/** At `&&`, `||`, `;` and `|` outside of quotes. What begins with a quote or brace is the rest of an argument over several lines. */
function splitCommands(text) {
  const quoted = [];
  const masked = text.replace(/"[^"]*"|'[^']*'/g, (part) => `\u0000${quoted.push(part) - 1}\u0000`);
  return masked
    .split(/&&|\|\||[;|]/)
    .map((part) => part.replace(/\u0000(\d+)\u0000/g, (_, index) => quoted[Number(index)]).trim())
    .filter((part) => part !== '' && !/^["'{}\]]/.test(part));
}

function wordsOf(command) {
  return (command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? []).map((word) => word.replaceAll(/["']/g, ''));
}

/** What is wrong with the commands of a shell block, by their lines of the page. */
export function faultsOfBlock({ code, line }, folder) {
  const faults = [];
  for (const { at, command } of commandsIn(code)) {
    const fault = faultOf(wordsOf(command), folder);
    if (fault !== undefined) faults.push({ line: line + 1 + at, fault: `${fault}: ${command}` });
  }
  return faults;
}

/** Commands of a shell block, each with its line, from 0. */
function* commandsIn(code) {
  let pending = '';
  for (const [at, text] of code.split('\n').entries()) {
    const part = text.replace(/(^|\s)#.*$/, '').trim();
    if (part.endsWith('\\')) {
      pending += `${part.slice(0, -1)} `;
      continue;
    }
    const whole = (pending + part).trim();
    pending = '';
    for (const command of splitCommands(whole)) yield { at, command };
  }
}
