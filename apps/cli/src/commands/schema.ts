import { type TableSpec, targetKeyOf } from '@bqsync/core';
import { declareTarget, type TargetDeclaration, targetTypeNames } from '@bqsync/harper';
import type { Command } from 'commander';
import type { Act, CommandContext } from '../context.ts';
import { loadConfiguration, selectTables } from '../load-configuration.ts';
import { connectSource } from '../source/connect-source.ts';

const HEADING = `# Written by bqsync schema. Save it in the folder of the Harper application, whose config.yaml loads it:
#   graphqlSchema: { files: "*.graphql" }`;

export function addSchema(program: Command, act: Act): void {
  program
    .command('schema')
    .argument('[tables...]', 'ids of tables (default: all)')
    .description(
      'print the targets as GraphQL, so that Harper serves them over REST and GraphQL with filters; nothing is written or billed',
    )
    .addHelpText(
      'after',
      `
Each target is declared with @table @export, every column, types that lose nothing, the key as primary key and the timestamp column indexed:
  bqsync schema > schema.graphql
Then GET /PortEvents/?event_type=ARRIVAL answers rows. Columns under names that GraphQL does not take are named in comments.`,
    )
    .action((tables: string[]) => act((context) => schema(context, tables)));
}

interface Declared extends TargetDeclaration {
  readonly table: TableSpec;
}

async function schema(context: CommandContext, ids: readonly string[]): Promise<number> {
  const { output, signal } = context;
  const { config } = await loadConfiguration(context);
  const tables = selectTables(config, ids);
  // Of all tables, so that a table has the same name whichever are asked for.
  const typeNames = targetTypeNames(config.tables);
  const source = await connectSource(config, output);
  const declared: Declared[] = [];
  for (const table of tables) {
    output.progress.show(() => `describing ${table.id}`);
    const description = await source.describe(table, signal);
    const declaration = declareTarget(table, description.columns, targetKeyOf(table, description), typeNames.get(table.id));
    declared.push({ table, ...declaration });
  }
  const text = [HEADING, ...declared.map(({ graphql }) => graphql)].join('\n\n');
  output.print(text);
  output.document({ ok: true, exitCode: 0, graphql: `${text}\n`, tables: declared.map(declarationDocument) });
  return 0;
}

function declarationDocument({ table, target, typeName, attributes, undeclared, graphql }: Declared): unknown {
  return {
    table: table.id,
    source: table.source,
    target,
    type: typeName,
    attributes: attributes.map(({ name, type, isPrimaryKey, indexed }) => ({
      name,
      type,
      primaryKey: isPrimaryKey === true,
      indexed: indexed === true,
    })),
    undeclared: undeclared.map(({ column, attribute }) => ({ column: column.name, attribute })),
    graphql,
  };
}
