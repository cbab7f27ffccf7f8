import { relative } from 'node:path';
import type { HarperProcess } from '@bqsync/harper-process';
import type { BigQueryServer } from '../servers/bigquery.ts';
import { DATASET, PROJECT } from '../source/connection.ts';
import type { StatePaths } from '../state/paths.ts';
import type { Palette } from './format.ts';

export interface Places {
  readonly harper: HarperProcess;
  readonly bigquery: BigQueryServer;
  readonly paths: StatePaths;
  readonly withSync: boolean;
}

/** URLs, and commands that can be pasted. */
export function whereToLook({ harper, bigquery, paths, withSync }: Places, paint: Palette): string[] {
  const netrc = relative(process.cwd(), paths.netrc) || paths.netrc;
  const curl = `curl -s --netrc-file ${netrc}`;
  const body = JSON.stringify({
    operation: 'search_by_value',
    table: 'vessel_metadata',
    search_attribute: 'mmsi',
    search_value: '*',
    get_attributes: ['*'],
    limit: 2,
  });
  const query = JSON.stringify({
    query: `SELECT port_name, COUNT(*) AS calls FROM \`${PROJECT}.${DATASET}.port_events\` GROUP BY port_name`,
    useLegacySql: false,
  });
  const lines = [
    paint.bold('Where to look'),
    `  ${paint.dim('Harper      ')} ${paint.cyan(harper.operationsUrl)}  ${paint.dim(`in a browser; user ${harper.credentials.username}, password in ${netrc}`)}`,
    `  ${paint.dim('rows        ')} ${curl} ${harper.operationsUrl} -H 'content-type: application/json' -d '${body}'`,
    ...(withSync ? [`  ${paint.dim('sync        ')} ${curl} ${harper.httpUrl}/SyncControl/`] : []),
    `  ${paint.dim('BigQuery    ')} curl -s ${bigquery.url}/bigquery/v2/projects/${PROJECT}/queries -H 'content-type: application/json' -d '${query}'`,
  ];
  return lines;
}
