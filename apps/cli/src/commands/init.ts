import { readFile, writeFile } from 'node:fs/promises';
import { exampleConfig, fromBigquerySync } from '@bqsync/config';
import { BqsyncError } from '@bqsync/errors';
import type { Command } from 'commander';
import type { Act, CommandContext } from '../context.ts';
import { DEFAULT_CONFIG_FILES } from '../load-configuration.ts';

interface InitOptions {
  readonly from?: string;
  readonly project?: string;
  readonly endpoint?: string;
}

export function addInit(program: Command, act: Act): void {
  program
    .command('init')
    .description('write a commented configuration; never over an existing file')
    .option('--from <file>', 'convert a config.yaml of HarperFast/bigquery-sync')
    .option('--project <id>', 'the Google Cloud project to put in')
    .option('--endpoint <url>', 'the URL of a local BigQuery to put in, without credentials')
    .addHelpText('after', `\nWrites ${DEFAULT_CONFIG_FILES[0]}, or the file that --config names.`)
    .action((options: InitOptions) => act((context) => init(context, options)));
}

async function init({ output, configFile }: CommandContext, options: InitOptions): Promise<number> {
  const file = configFile ?? DEFAULT_CONFIG_FILES[0];
  const { text, notes } = await textOf(options);
  await write(file, text);
  const { green, yellow } = output.colours;
  output.print(
    `${green('wrote')} ${file}`,
    ...notes.map((note) => `${yellow('note')}  ${note}`),
    `Edit it, then: bqsync check${configFile === undefined ? '' : ` --config ${file}`}`,
  );
  output.document({ ok: true, exitCode: 0, file, notes });
  return 0;
}

async function textOf({ from, project, endpoint }: InitOptions): Promise<{ text: string; notes: readonly string[] }> {
  if (from === undefined) {
    const local = endpoint === undefined ? {} : { apiEndpoint: endpoint, credentials: 'none' };
    return { text: exampleConfig({ projectId: project, ...local }), notes: [] };
  }
  if (project !== undefined || endpoint !== undefined) {
    throw new BqsyncError('BQS_USAGE', '--from takes everything from the file: it does not go with --project or --endpoint');
  }
  const { yaml, notes } = fromBigquerySync(await read(from), from);
  return { text: yaml, notes };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new BqsyncError('BQS_CONFIG_UNREADABLE', `${file} cannot be read (${errnoOf(cause)})`, {
      hint: 'give the path of the config.yaml to convert',
      cause,
    });
  }
}

async function write(file: string, text: string): Promise<void> {
  try {
    // Exclusive: a file that appears at this moment is not overwritten either.
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    const errno = errnoOf(cause);
    if (errno === 'EEXIST') {
      throw new BqsyncError('BQS_USAGE', `${file} exists already; it was left as it is`, {
        hint: 'name another file with --config, or remove it first',
        cause,
      });
    }
    throw new BqsyncError('BQS_USAGE', `${file} cannot be written (${errno})`, { hint: 'name a file in a folder you may write to', cause });
  }
}

function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
