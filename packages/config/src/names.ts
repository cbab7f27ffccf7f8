import { isStateTable } from '@bqsync/harper';
import type { Check, Problem } from './problem.ts';

const utf8 = new TextEncoder();

/** What every object of JavaScript has, and what makes one a promise or decides its JSON: Harper keeps tables and databases in objects. */
const OBJECT_NAMES: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'then', 'toJSON']);

/** Prefixes BigQuery keeps for itself, in any case. https://cloud.google.com/bigquery/docs/schemas#column_names */
const RESERVED_COLUMN_PREFIXES = ['_table_', '_file_', '_partition', '_row_timestamp', '__root__', '_colidentifier', '_change_'];

/** A project id, an older `domain.com:project` included. The minimum of 6 characters is not held: local endpoints have no such rule. */
export const checkProject: Check = (value) => {
  if (/^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?:)?[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) return undefined;
  if (/^\d+$/.test(value)) return { message: 'is a project number, not a project id', hint: 'use the id, such as my-project-123' };
  return {
    message: 'is not a project id',
    hint: 'a project id has lower-case letters, digits and dashes, starts with a letter and does not end with a dash',
  };
};

/** A dataset, or one of another project: `bigquery-public-data.samples`. No dataset name has a dot, and a project has one only in its domain. */
export function splitDataset(value: string): { readonly project: string | undefined; readonly dataset: string } {
  const dot = value.lastIndexOf('.');
  return dot < 0 ? { project: undefined, dataset: value } : { project: value.slice(0, dot), dataset: value.slice(dot + 1) };
}

export const checkDataset: Check = (value) => {
  const { project, dataset } = splitDataset(value);
  const problem = project === undefined ? undefined : checkProject(project);
  if (problem !== undefined) {
    return {
      message: `names ${JSON.stringify(project)} as its project, which ${problem.message}`,
      hint: `write the dataset alone, or project.dataset; ${problem.hint ?? ''}`,
    };
  }
  if (/^[A-Za-z0-9_]{1,1024}$/.test(dataset)) return undefined;
  if (/^[^:]+:\w+$/.test(dataset)) {
    return { message: 'is not a dataset name', hint: `for a dataset of another project write ${value.replace(/:(?=\w+$)/, '.')}` };
  }
  return {
    message: 'is not a dataset name',
    hint: 'a dataset name has letters, digits and underscores only; project.dataset names another project',
  };
};

/** A table's name: letters, marks, digits, connectors, dashes and spaces, at most 1,024 bytes. https://cloud.google.com/bigquery/docs/tables#table_naming */
export const checkSourceTable: Check = (value) => {
  if (value.includes('*')) {
    return {
      message: 'is a wildcard over several tables, which bqsync does not read',
      hint: 'list each date-sharded table by its full name as a table of its own, or copy the shards into one partitioned table',
    };
  }
  if (value.includes('$'))
    return { message: 'names one partition', hint: 'give the table without the $ part; sync.startTimestamp leaves older rows out' };
  if (value.includes('@')) return { message: 'names a snapshot of a table', hint: 'give the table without the @ part' };
  if (/[.:`]/.test(value))
    return { message: 'is not a table name', hint: 'give the table alone; project and dataset have keys of their own' };
  if (!/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}]+$/u.test(value) || value.trim() !== value) {
    return { message: 'is not a table name', hint: 'a table name has letters, digits, underscores, dashes and inner spaces' };
  }
  return utf8.encode(value).length > 1024 ? { message: 'is longer than the 1,024 bytes of a table name' } : undefined;
};

/** A top-level column, flexible names included. https://cloud.google.com/bigquery/docs/schemas#flexible-column-names */
export const checkColumn: Check = (value) => {
  if (value.includes('.')) {
    return { message: 'is a nested field', hint: 'name the top-level column; a STRUCT is copied whole' };
  }
  const lower = value.toLowerCase();
  if (lower.startsWith('_bqsync_')) {
    return {
      message: 'begins with _bqsync_, which the queries of bqsync use themselves',
      hint: 'rename the column, or read it through a copy of the table',
    };
  }
  if (RESERVED_COLUMN_PREFIXES.some((prefix) => lower.startsWith(prefix))) {
    return { message: 'is a pseudo-column or a name that BigQuery keeps for itself', hint: 'name a column of the table itself' };
  }
  if (!/^[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}&%=+:'<>#| ]+$/u.test(value) || /^[\p{N} ]/u.test(value) || value.endsWith(' ')) {
    return {
      message: 'is not a column name',
      hint: 'a column name starts with a letter or an underscore and has letters, digits and underscores',
    };
  }
  return Array.from(value).length > 300 ? { message: 'is longer than the 300 characters of a column name' } : undefined;
};

export const checkTableId: Check = (value) => {
  if (OBJECT_NAMES.has(value)) return { message: 'is a name that objects of JavaScript have themselves', hint: 'choose another id' };
  return /^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$/.test(value)
    ? undefined
    : {
        message: 'is not a table id',
        hint: 'an id has letters, digits, underscores and dashes, at most 100, and does not start with a dash',
      };
};

export const checkTargetTable: Check = (value) => {
  if (isStateTable(value)) return { message: 'is a table in which bqsync keeps its own state', hint: 'choose another targetTable' };
  return harperName(value, 'table');
};

export const checkTargetDatabase: Check = (value) => {
  if (value.toLowerCase() === 'system')
    return { message: "is Harper's own database", hint: 'leave targetDatabase out for the default one' };
  return harperName(value, 'database');
};

function harperName(value: string, kind: string): Problem | undefined {
  if (OBJECT_NAMES.has(value)) {
    return {
      message: `is a name that objects of JavaScript have themselves, which no Harper ${kind} can have`,
      hint: 'choose another name',
    };
  }
  if (/^[A-Za-z_][A-Za-z0-9_-]{0,199}$/.test(value)) return undefined;
  return {
    message: `is not a name for a Harper ${kind}`,
    hint: `a ${kind} name has letters, digits, underscores and dashes, at most 200, and starts with a letter or an underscore`,
  };
}
