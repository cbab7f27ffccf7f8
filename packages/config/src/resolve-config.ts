import { resolve } from 'node:path';
import { codeFrame } from './code-frame.ts';
import type { BqsyncConfig } from './config.ts';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { type Environment, expandEnvironment } from './environment.ts';
import { bqsyncSection } from './harper-section.ts';
import { type ConfigPath, formatPath, isMapping, type PlacedProblem } from './problem.ts';
import { checkSchema, valueAt } from './schema-problems.ts';
import { isSecretPath, maskLines, maskUrls } from './secrets.ts';
import { toConfig } from './table-specs.ts';
import { readYaml, type YamlSource } from './yaml-source.ts';

export interface ConfigOptions {
  /** Where `${NAME}` is looked up. Default: the process's environment. */
  readonly env?: Environment | undefined;
  /** Folder that a relative `credentials` path starts from. Default: the file's folder, or the working directory for an object. */
  readonly baseDir?: string | undefined;
}

/** Which of the two forms a configuration must have. */
type ConfigForm = 'any' | 'tables' | 'single';

/** The text a value was read from. */
interface SourceText {
  readonly file: string;
  readonly text: string;
}

/** Checks a configuration as a plain object. */
export function resolveObject(root: unknown, options: ConfigOptions, form: ConfigForm): BqsyncConfig {
  return resolveValue(root, options, form, undefined);
}

/** Checks a configuration as YAML text. */
export function resolveText(source: SourceText, options: ConfigOptions): BqsyncConfig {
  const { yaml, masked } = readSource(source);
  return resolveValue(yaml.value, options, 'any', { file: source.file, yaml, masked });
}

/** The plain value of a YAML text, whatever it means. Throws {@link ConfigError} for what is not YAML. */
export function checkYaml(source: SourceText): unknown {
  return readSource(source).yaml.value;
}

function readSource({ file, text }: SourceText): { yaml: YamlSource; masked: readonly string[] } {
  const clean = text.replace(/^\uFEFF/, '');
  const yaml = readYaml(clean);
  const lines = maskLines(clean, yaml.secrets, yaml.problems.length > 0);
  const masked = lines.map((line) => line.text);
  if (yaml.problems.length === 0) return { yaml, masked };
  throw new ConfigError(
    yaml.problems.map(({ line, column, message, hint, fromParser }) => ({
      file,
      line,
      column,
      path: '',
      // The parser's words may repeat a piece of the line.
      message: fromParser === true && lines[line - 1]?.masked === true ? 'this line is not valid YAML' : message,
      ...(hint === undefined ? {} : { hint }),
    })),
    yaml.problems.map((problem) => codeFrame(masked, problem)),
    { file },
  );
}

interface Located {
  readonly file: string;
  readonly yaml: YamlSource;
  readonly masked: readonly string[];
}

function resolveValue(root: unknown, options: ConfigOptions, form: ConfigForm, source: Located | undefined): BqsyncConfig {
  const { section, prefix, problems: sectionProblems } = bqsyncSection(root);
  if (!isMapping(section)) {
    const message =
      section === null || section === undefined ? 'is empty; a configuration starts with bigquery:' : 'is not a mapping of keys to values';
    throw configError([{ path: [], message: prefix.length === 0 ? `the configuration ${message}` : message }], prefix, root, source);
  }
  const expanded = expandEnvironment(section, options.env ?? process.env);
  const { config, problems: found } = checkSchema(expanded.value);
  const unresolved = (path: ConfigPath): boolean =>
    expanded.problems.some((problem) => problem.path.every((step, depth) => step === path[depth]));
  const problems = [...expanded.problems, ...found.filter(({ path }) => !unresolved(path)), ...formProblems(expanded.value, form)];
  if (sectionProblems.length > 0 || problems.length > 0 || config === undefined) {
    throw configError(problems, prefix, root, source, sectionProblems);
  }
  return toConfig(config, resolve(options.baseDir ?? '.'));
}

function formProblems(value: unknown, form: ConfigForm): PlacedProblem[] {
  const path = ['bigquery', 'tables'];
  const hasTables = valueAt(value, path) !== undefined;
  if (form === 'tables' && !hasTables) return [{ path, message: 'is missing', hint: 'getSingleTableConfig reads the form without it' }];
  if (form !== 'single' || !hasTables) return [];
  return [{ path, atKey: true, message: 'does not belong to the single-table form', hint: 'getMultiTableConfig reads the form with it' }];
}

function configError(
  problems: PlacedProblem[],
  prefix: ConfigPath,
  root: unknown,
  source: Located | undefined,
  atRoot: PlacedProblem[] = [],
): ConfigError {
  const placed = [
    ...atRoot.map((problem) => ({ problem, full: problem.path })),
    ...problems.map((problem) => ({ problem, full: [...prefix, ...problem.path] })),
  ].map(({ problem, full }) => {
    const span = source?.yaml.locate(full, problem.atKey);
    const issue: ConfigIssue = {
      ...(source === undefined || span === undefined ? {} : { file: source.file, line: span.line, column: span.column }),
      path: formatPath(problem.path),
      message: `${problem.message}${shownValue(root, full, problem)}`,
      ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    };
    return { issue, span };
  });
  if (source !== undefined)
    placed.sort((a, b) => (a.span?.line ?? 0) - (b.span?.line ?? 0) || (a.span?.column ?? 0) - (b.span?.column ?? 0));
  return new ConfigError(
    placed.map(({ issue }) => issue),
    placed.map(({ span }) => (source === undefined || span === undefined ? undefined : codeFrame(source.masked, span))),
    { file: source?.file },
  );
}

/** The value as it was written, so `${NAME}` and not what the environment holds; nothing where it may be a secret. */
function shownValue(root: unknown, path: ConfigPath, { atKey }: PlacedProblem): string {
  if (atKey === true || isSecretPath(path)) return '';
  const value = valueAt(root, path);
  if (typeof value === 'string') {
    const text = maskUrls(value);
    return ` (got ${JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)})`;
  }
  if (typeof value === 'number' || typeof value === 'boolean') return ` (got ${value})`;
  return '';
}
