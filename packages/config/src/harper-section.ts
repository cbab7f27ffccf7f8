import { type ConfigPath, isMapping, type PlacedProblem } from './problem.ts';

const PLUGIN_NAME = '@bqsync/harper-plugin';

/** Keys that Harper reads beside a plugin's own, and its built-in components in an application's file. Harper uses them; bqsync looks past them. */
export const HARPER_KEYS: ReadonlySet<string> = new Set([
  'package',
  'timeout',
  'files',
  'urlPath',
  'pluginModule',
  'extensionModule',
  'rest',
  'graphqlSchema',
  'jsResource',
  'static',
  'loadEnv',
  'roles',
  'fastifyRoutes',
  'dataLoader',
]);

/**
 * The part of a configuration that is bqsync's: the plugin's section where the value is a Harper application's, by its name or by its
 * `package`, else the whole value, without Harper's own keys.
 */
export function bqsyncSection(root: unknown): { section: unknown; prefix: ConfigPath; problems: PlacedProblem[] } {
  if (!isMapping(root)) return { section: root, prefix: [], problems: [] };
  const names = Object.keys(root).filter((key) => key === PLUGIN_NAME || namesPlugin(root[key]));
  const [name, second] = names;
  if (name === undefined) return { section: withoutHarperKeys(root), prefix: [], problems: [] };
  const problems: PlacedProblem[] = [];
  if (second !== undefined) {
    problems.push({
      path: [second],
      atKey: true,
      message: 'is a second section for the same plugin',
      hint: 'put all tables into one section',
    });
  }
  if (root['bigquery'] !== undefined) {
    problems.push({
      path: ['bigquery'],
      atKey: true,
      message: `stands outside the section ${JSON.stringify(name)} that the file has too`,
      hint: 'keep one of the two',
    });
  }
  const section = root[name];
  return { section: isMapping(section) ? withoutHarperKeys(section) : section, prefix: [name], problems };
}

function namesPlugin(value: unknown): boolean {
  if (!isMapping(value)) return false;
  const from = value['package'];
  return typeof from === 'string' && (from === PLUGIN_NAME || from.startsWith(`${PLUGIN_NAME}@`));
}

function withoutHarperKeys(section: Readonly<Record<string, unknown>>): unknown {
  return Object.fromEntries(Object.entries(section).filter(([key]) => !HARPER_KEYS.has(key)));
}
