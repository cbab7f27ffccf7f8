import type { BqsyncConfig } from './config.ts';
import { type ConfigOptions, resolveObject } from './resolve-config.ts';

/**
 * Checks a configuration given as a plain object, such as a Harper plugin's `scope.options.getAll()`, and fills in what it leaves out.
 * Takes the section of the plugin or a whole Harper application's configuration that holds one; Harper's own keys are looked past.
 * Either form is accepted: a list of tables, or one table beside `projectId`. The object is not changed.
 *
 * @param fullConfig - `{ bigquery, sync?, cost?, read? }`
 * @throws {@link ConfigError} `BQS_CONFIG_INVALID` with everything that is wrong
 *
 * @example
 * const { bigquery, tables } = getPluginConfig({
 *   bigquery: { projectId: 'my-project', tables: [{ id: 'ports', dataset: 'maritime', table: 'ports', timestampColumn: 'updated_at' }] },
 * });
 */
export function getPluginConfig(fullConfig: unknown, options: ConfigOptions = {}): BqsyncConfig {
  return resolveObject(fullConfig, options, 'any');
}

/** As {@link getPluginConfig}, for the form with `bigquery.tables` alone. */
export function getMultiTableConfig(fullConfig: unknown, options: ConfigOptions = {}): BqsyncConfig {
  return resolveObject(fullConfig, options, 'tables');
}

/**
 * As {@link getPluginConfig}, for the older form alone, in which one table stands beside `projectId`. It becomes a table with the id
 * `default` and, unless `targetTable` says otherwise, the target `BigQueryData`.
 */
export function getSingleTableConfig(fullConfig: unknown, options: ConfigOptions = {}): BqsyncConfig {
  return resolveObject(fullConfig, options, 'single');
}
