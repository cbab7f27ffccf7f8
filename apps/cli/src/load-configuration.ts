import { existsSync } from 'node:fs';
import { type BqsyncConfig, loadConfig } from '@bqsync/config';
import type { TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import type { CommandContext } from './context.ts';

export const DEFAULT_CONFIG_FILES = ['bqsync.yaml', 'config.yaml'] as const;

/** The file that a command reads: the one given, else the first default that exists. */
function configurationFile({ configFile }: Pick<CommandContext, 'configFile'>): string {
  if (configFile !== undefined) return configFile;
  const found = DEFAULT_CONFIG_FILES.find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new BqsyncError('BQS_CONFIG_UNREADABLE', `there is no ${DEFAULT_CONFIG_FILES.join(' and no ')} in this folder`, {
    hint: 'bqsync init writes a configuration to start from; --config names another file',
  });
}

export async function loadConfiguration(context: CommandContext): Promise<{ readonly file: string; readonly config: BqsyncConfig }> {
  const file = configurationFile(context);
  return { file, config: await loadConfig(file, { env: context.env }) };
}

/**
 * The configured tables of these ids, in the order configured; all of them without ids.
 *
 * @throws `BQS_USAGE` for an id that is not configured.
 */
export function selectTables(config: BqsyncConfig, ids: readonly string[]): readonly TableSpec[] {
  const known = config.tables.map(({ id }) => id);
  for (const id of ids) {
    if (known.includes(id)) continue;
    throw new BqsyncError('BQS_USAGE', `no table "${id}" is configured`, { hint: `the configured ids are ${known.join(', ')}` });
  }
  return ids.length === 0 ? config.tables : config.tables.filter(({ id }) => ids.includes(id));
}
