export type { BqsyncConfig, ConnectionConfig, Credentials } from './config.ts';
export { ConfigError, type ConfigIssue } from './config-error.ts';
export { type ExampleOptions, type ExampleTable, exampleConfig } from './example-config.ts';
export { type ConvertedConfig, fromBigquerySync } from './from-bigquery-sync.ts';
export { jsonSchema } from './json-schema.ts';
export { loadConfig, parseConfig } from './load-config.ts';
export { getMultiTableConfig, getPluginConfig, getSingleTableConfig } from './plugin-config.ts';
export type { ConfigOptions } from './resolve-config.ts';
export { configSchema, type RawConfig } from './schema.ts';
