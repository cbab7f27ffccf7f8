import { join } from 'node:path';

/** Where everything of one demo lies below its folder. */
export interface StatePaths {
  readonly dir: string;
  readonly state: string;
  readonly bigquery: string;
  readonly harper: string;
  readonly application: string;
  readonly serveApplication: string;
  readonly netrc: string;
  readonly generator: string;
  readonly logs: string;
  readonly bigqueryLog: string;
  readonly harperLog: string;
}

export function statePaths(dir: string): StatePaths {
  return {
    dir,
    state: join(dir, 'state.json'),
    bigquery: join(dir, 'bigquery'),
    harper: join(dir, 'harper'),
    application: join(dir, 'application'),
    serveApplication: join(dir, 'serve'),
    netrc: join(dir, 'netrc'),
    generator: join(dir, 'generator'),
    logs: join(dir, 'logs'),
    bigqueryLog: join(dir, 'logs', 'bigquery.log'),
    harperLog: join(dir, 'logs', 'harper.log'),
  };
}

/** What `--reset` deletes: only what a demo made. The lock stays, it is held. */
export function ownedPaths(paths: StatePaths): readonly string[] {
  const { state, bigquery, harper, application, serveApplication, netrc, generator, logs } = paths;
  return [state, bigquery, harper, application, serveApplication, netrc, generator, logs];
}
