import { EXIT_CODES } from '@bqsync/errors';
import { type Run, step } from '../run.ts';
import { prepareBareApplication } from '../servers/application.ts';
import { acceptTerms, failIfGone, openBigQuery, openHarper } from '../servers/run-servers.ts';
import type { DemoState } from '../state/demo-state.ts';
import { whereToLook } from '../view/where-to-look.ts';

/** Both servers on the kept state, without generator and without the plugin, until interrupted. */
export async function serve(run: Run, state: DemoState): Promise<number> {
  const { options, paths, output, signal } = run;
  const { screen } = output;
  acceptTerms();
  const bigquery = await step(
    run,
    'local BigQuery',
    () => openBigQuery(options, paths, state.bigqueryPort),
    ({ url }) => url,
  );
  run.onEnd(() => bigquery.stop());
  prepareBareApplication(paths.serveApplication);
  const open = () => openHarper({ options, paths, appDir: paths.serveApplication, signal });
  const harper = await step(run, 'Harper, without sync', open, ({ httpUrl }) => httpUrl);
  run.onHarper(harper);
  run.onEnd(() => harper.stop());
  screen.say(
    '',
    ...whereToLook({ harper, bigquery, paths, withSync: false }, screen.colours),
    '',
    screen.colours.dim('Ctrl-C stops both.'),
  );
  output.event('serving', {
    bigquery: bigquery.url,
    harper: harper.httpUrl,
    operations: harper.operationsUrl,
    netrc: paths.netrc,
    state: paths.dir,
  });
  const interrupted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  await Promise.race([interrupted, failIfGone(bigquery, harper, paths, signal)]);
  return EXIT_CODES.interrupted;
}
