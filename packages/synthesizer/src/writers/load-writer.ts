import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BqsyncError, toBqsyncError } from '@bqsync/errors';
import type { BigQuery } from '@google-cloud/bigquery';
import type { TableDefinition } from '../tables/definitions.ts';
import type { BigQueryConfig } from './bigquery-connection.ts';
import { fromBigQuery, alreadyExists, isNotFound } from './bigquery-errors.ts';
import { withRetry } from './retry.ts';
import type { Batch, Row, RowWriter } from './row-writer.ts';

const POLL_MS = [50, 100, 200, 400, 800, 1500];
/** A job that failed for a reason of BigQuery's is sent anew under the next id of its row of ids. */
const MAX_JOBS = 5;

interface JobStatus {
  readonly state?: string;
  readonly errorResult?: { readonly reason?: string; readonly message?: string };
}

/**
 * Bulk writes as load jobs, which cost nothing and appear all at once. The job's id is made from the batch's id, and BigQuery runs
 * a job id once: a batch that is repeated, after a broken connection or in a later process, is there once.
 */
export class LoadWriter implements RowWriter {
  readonly #client: BigQuery;
  readonly #config: BigQueryConfig;

  constructor(client: BigQuery, config: BigQueryConfig) {
    this.#client = client;
    this.#config = config;
  }

  async write(table: TableDefinition, rows: readonly Row[], batch: Batch, signal?: AbortSignal): Promise<void> {
    if (rows.length === 0) return;
    const body = Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
    const name = createHash('sha256').update(`${this.#config.dataset}/${table.name}/${batch.id}`).digest('hex').slice(0, 40);
    for (let attempt = 1; ; attempt++) {
      const jobId = `bqsync_synthesizer_${name}_${attempt}`;
      await withRetry(() => this.#send(table, body, jobId), this.#config, signal);
      const status = await withRetry(() => this.#finished(table, jobId, signal), this.#config, signal);
      if (status.errorResult === undefined) return;
      const error = fromBigQuery({ errors: [status.errorResult] }, `loading ${rows.length} rows into ${table.name} failed`, {
        table: table.name,
        jobId,
      });
      if (!error.retryable || attempt >= MAX_JOBS) throw error;
    }
  }

  /** Resolves when BigQuery has the job, from this call or an earlier one: asked first, since a body may be megabytes. */
  async #send(table: TableDefinition, body: Buffer, jobId: string): Promise<void> {
    if ((await this.#status(table, jobId)) !== undefined) return;
    const stream = this.#client.dataset(this.#config.dataset).table(table.name).createWriteStream_({
      sourceFormat: 'NEWLINE_DELIMITED_JSON',
      writeDisposition: 'WRITE_APPEND',
      createDisposition: 'CREATE_NEVER',
      jobId,
    });
    try {
      await new Promise<void>((resolve, reject) => {
        stream.on('error', reject).on('job', () => resolve());
        // A refusal that comes while a large body is being sent reaches the callback of the write and nothing else.
        stream.write(body, (error) => {
          if (error) reject(error);
        });
        stream.end();
      });
    } catch (error) {
      if (!alreadyExists(error)) throw fromBigQuery(error, `cannot load into ${table.name}`, { table: table.name, jobId });
    }
  }

  async #finished(table: TableDefinition, jobId: string, signal?: AbortSignal): Promise<JobStatus> {
    for (let poll = 0; ; poll++) {
      const status = await this.#status(table, jobId);
      if (status === undefined)
        throw new BqsyncError('BQS_SOURCE_JOB_FAILED', `the load job ${jobId} of ${table.name} is gone`, {
          hint: 'if the dataset is not in the location US, configure its location',
        });
      if (status.state === 'DONE') return status;
      try {
        await sleep(POLL_MS[Math.min(poll, POLL_MS.length - 1)], undefined, { signal });
      } catch (aborted) {
        throw toBqsyncError(aborted);
      }
    }
  }

  /** Undefined if there is no such job. */
  async #status(table: TableDefinition, jobId: string): Promise<JobStatus | undefined> {
    const { location } = this.#config;
    try {
      const answer = await this.#client.job(jobId, location === undefined ? {} : { location }).getMetadata();
      return (answer[0] as { readonly status?: JobStatus }).status ?? {};
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw fromBigQuery(error, `cannot ask for the load job of ${table.name}`, { table: table.name, jobId });
    }
  }
}
