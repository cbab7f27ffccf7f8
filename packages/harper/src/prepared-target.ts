import type { Column, TableSpec, TargetKey } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { findTable, type HarperRuntime, type HarperTable } from './harper-runtime.ts';
import { compileRowPlan, type RowPlan } from './row-plan.ts';
import { targetGraphql } from './target-graphql.ts';
import { missingTarget, targetAttributes, targetName } from './target-table.ts';

/** What `prepare` learnt, kept for the commits: the columns, and the plan for the target's declaration as last seen. */
export class Target {
  readonly spec: TableSpec;
  readonly columns: readonly Column[];
  readonly key: TargetKey;
  readonly #runtime: HarperRuntime;
  #planned: { readonly signature: string; readonly plan: RowPlan } | undefined;

  constructor(runtime: HarperRuntime, spec: TableSpec, columns: readonly Column[], key: TargetKey) {
    this.#runtime = runtime;
    this.spec = spec;
    this.columns = columns;
    this.key = key;
  }

  /** The table as it is now. Throws `BQS_TARGET_MISSING`. */
  table(): HarperTable {
    const { database, table } = targetName(this.spec);
    const found = findTable(this.#runtime, database, table);
    if (found === undefined) throw missingTarget(this.spec, targetAttributes(this.columns, this.spec.cursorColumn, this.key));
    return found;
  }

  /** The plan for the table's present declaration. Throws `BQS_TARGET_INCOMPATIBLE` with everything that is wrong. */
  plan(table: HarperTable): RowPlan {
    const signature = JSON.stringify([table.primaryKey, table.sealed === true, table.attributes.map(describeAttribute)]);
    if (this.#planned?.signature === signature) return this.#planned.plan;
    const plan = compileRowPlan(this.columns, this.spec.cursorColumn, this.key, {
      primaryKey: table.primaryKey,
      attributes: table.attributes,
      sealed: table.sealed === true,
    });
    const problems = [...plan.problems];
    if (table.isCaching === true) problems.push('it is a cache of another source');
    if (problems.length > 0) {
      const target = targetName(this.spec);
      throw new BqsyncError(
        'BQS_TARGET_INCOMPATIBLE',
        `target "${target.database}.${target.table}" of table "${this.spec.id}" cannot hold its rows: ${problems.join('; ')}`,
        {
          hint: `change its schema; one that fits: ${targetGraphql(target, targetAttributes(this.columns, this.spec.cursorColumn, this.key))}`,
          context: { table: this.spec.id, database: target.database, target: target.table },
        },
      );
    }
    this.#planned = { signature, plan };
    return plan;
  }
}

interface Described {
  readonly name: string;
  readonly type?: string | undefined;
  readonly nullable?: boolean | undefined;
  readonly properties?: readonly Described[] | undefined;
  readonly elements?: Described | undefined;
}

function describeAttribute(attribute: Described): unknown[] {
  return [
    attribute.name,
    attribute.type,
    attribute.nullable,
    attribute.properties?.map(describeAttribute),
    attribute.elements && describeAttribute(attribute.elements),
  ];
}
