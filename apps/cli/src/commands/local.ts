import { once } from 'node:events';
import type { Command } from 'commander';
import type { Act, CommandContext } from '../context.ts';
import { wholeNumber } from '../whole-number.ts';

interface LocalOptions {
  readonly port: number;
  readonly storagePort?: number;
  readonly file?: string;
}

export function addLocal(program: Command, act: Act): void {
  program
    .command('local')
    .description('run a local BigQuery in the foreground until Ctrl-C')
    .option('--port <n>', 'to listen on, on 127.0.0.1', wholeNumber(0, 65_535), 9050)
    .option('--storage-port <n>', 'of the Storage Read API (default: 9060, beside --port 0 a free one)', wholeNumber(0, 65_535))
    .option('--file <path>', 'keep all data in this file (default: in memory, gone at the end)')
    .addHelpText('after', '\nPort 0 takes a free one. Ctrl-C is how it ends, with exit code 0. No authentication: loopback only.')
    .action((options: LocalOptions) => act((context) => local(context, options)));
}

async function local(
  { output, signal }: CommandContext,
  { port, storagePort = port === 0 ? 0 : 9060, file }: LocalOptions,
): Promise<number> {
  // The embedded database loads native code: only this command needs it.
  const { startLocalBigQuery } = await import('@bqsync/local-bigquery');
  const server = await startLocalBigQuery({
    port,
    storagePort,
    ...(file === undefined ? {} : { file }),
    onFault: (error, call) => output.note(`fault in ${call}: ${error instanceof Error ? error.message : String(error)}`),
  });
  try {
    const { bold, dim } = output.colours;
    output.print(
      `BigQuery is at ${bold(server.url)}${file === undefined ? ', in memory' : `, kept in ${file}`}`,
      dim(`in a configuration: apiEndpoint: ${server.url}, storageEndpoint: http://${server.storageUrl} and credentials: none`),
      dim('Ctrl-C stops it'),
    );
    output.document({
      event: 'listening',
      ok: true,
      url: server.url,
      port: server.port,
      storageUrl: `http://${server.storageUrl}`,
      file: file ?? null,
    });
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await server.close();
  }
  output.print('', 'stopped');
  output.document({ event: 'stopped', ok: true, exitCode: 0 });
  return 0;
}
