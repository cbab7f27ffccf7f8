import type { CatalogStore } from '../catalog/catalog-store.ts';
import { ApiError } from '../http/api-error.ts';
import type { Compiled } from '../sql/contract.ts';
import type { ScriptStep } from '../sql/parse-statement.ts';
import { applyStatement, type DmlRows } from './dml.ts';
import type { Job, JobRecord } from './job.ts';

interface ScriptContext {
  readonly catalog: CatalogStore;
  readonly compile: (text: string, micros: bigint, inTransaction: boolean) => Compiled;
  /** Runs a statement as a query of its own. */
  readonly run: (text: string) => Promise<Partial<JobRecord>>;
}

/** What ends a transaction without its changes. */
class Rollback extends Error {
  override readonly name = 'Rollback';
}

/** Runs the statements of a script one after the other; those between BEGIN and COMMIT TRANSACTION are one commit. */
export async function runScript(steps: readonly ScriptStep[], job: Job, context: ScriptContext): Promise<Partial<JobRecord>> {
  let whole: Partial<JobRecord> = {};
  for (let i = 0; i < steps.length; i += 1) {
    const step = steps[i];
    job.throwIfStopped();
    if (step === undefined || step === 'commit' || step === 'rollback')
      throw new ApiError('invalidQuery', 'There is no transaction to end: a BEGIN TRANSACTION is missing');
    if (step !== 'begin') {
      whole = add(whole, await context.run(step.text));
      continue;
    }
    const end = steps.findIndex((s, at) => at > i && typeof s === 'string');
    const last = steps[end];
    if (last === 'begin') throw new ApiError('invalidQuery', 'Transactions cannot be nested');
    // A script that ends without COMMIT rolls back.
    const body = steps.slice(i + 1, end < 0 ? steps.length : end).flatMap((s) => (typeof s === 'string' ? [] : [s.text]));
    whole = add(whole, await transaction(body, last === 'commit', context));
    i = end < 0 ? steps.length : end;
  }
  return { ...whole, statementType: 'SCRIPT' };
}

async function transaction(texts: readonly string[], commits: boolean, { catalog, compile }: ScriptContext): Promise<Partial<JobRecord>> {
  try {
    return await catalog.transact(async (connection, micros, touch) => {
      let rows: DmlRows = { inserted: 0, updated: 0, deleted: 0 };
      for (const text of texts) {
        const compiled = compile(text, micros, true);
        if (compiled.kind === 'select' || compiled.kind === 'ddl')
          throw new ApiError(
            'notImplemented',
            `a ${compiled.kind === 'ddl' ? compiled.statementType : 'SELECT'} statement in a transaction is not supported by the local BigQuery`,
          );
        const { project, dataset, table } = compiled.target;
        const target = catalog.table(project, dataset, table);
        touch(target);
        rows = sum(rows, await applyStatement(connection, target, compiled, micros));
      }
      if (!commits) throw new Rollback();
      return { dmlRows: rows };
    });
  } catch (error) {
    if (error instanceof Rollback) return {};
    throw error;
  }
}

function add(whole: Partial<JobRecord>, part: Partial<JobRecord>): Partial<JobRecord> {
  const dmlRows = whole.dmlRows && part.dmlRows ? sum(whole.dmlRows, part.dmlRows) : (part.dmlRows ?? whole.dmlRows);
  const { result, ...before } = whole;
  const references = [...(whole.references ?? []), ...(part.references ?? [])];
  return {
    ...before,
    ...part,
    ...((part.result ?? result) ? { result: part.result ?? result } : {}),
    bytesProcessed: (whole.bytesProcessed ?? 0) + (part.bytesProcessed ?? 0),
    bytesBilled: (whole.bytesBilled ?? 0) + (part.bytesBilled ?? 0),
    references,
    ...(dmlRows ? { dmlRows } : {}),
  };
}

const sum = (a: DmlRows, b: DmlRows): DmlRows => ({
  inserted: a.inserted + b.inserted,
  updated: a.updated + b.updated,
  deleted: a.deleted + b.deleted,
});
