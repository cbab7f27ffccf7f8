import { z } from 'zod';
import { HARPER_KEYS } from './harper-section.ts';
import { isMapping } from './problem.ts';
import { configSchema } from './schema.ts';

type JsonObject = Record<string, unknown>;

/**
 * The JSON Schema (draft 7) of a configuration, for editors; `@bqsync/config/schema.json` is the same as a file. It knows keys, types,
 * ranges, defaults and simple patterns; rules between fields, such as unique ids, are found by {@link loadConfig} alone.
 *
 * A YAML file uses it by its first line: `# yaml-language-server: $schema=node_modules/@bqsync/config/schema.json`.
 */
export function jsonSchema(): JsonObject {
  const generated = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  const root = allowReferences(generated) as JsonObject & { properties: JsonObject };
  const bigquery = root.properties['bigquery'] as JsonObject;
  bigquery['anyOf'] = [{ required: ['tables'] }, { required: ['dataset', 'table', 'timestampColumn'] }];
  for (const key of HARPER_KEYS) root.properties[key] = { description: "Harper's own key." };
  return { title: 'bqsync configuration', ...root };
}

/** Lets `${NAME}` stand wherever a single value is expected. */
function allowReferences(schema: unknown): unknown {
  if (!isMapping(schema)) return schema;
  const { properties, items, anyOf, ...rest } = schema;
  const copy: JsonObject = { ...rest };
  if (isMapping(properties))
    copy['properties'] = Object.fromEntries(Object.entries(properties).map(([key, child]) => [key, allowReferences(child)]));
  if (items !== undefined) copy['items'] = allowReferences(items);
  if (Array.isArray(anyOf)) copy['anyOf'] = anyOf.map(allowReferences);
  const plainText =
    schema['type'] === 'string' && schema['pattern'] === undefined && schema['enum'] === undefined && schema['const'] === undefined;
  if (properties !== undefined || items !== undefined || anyOf !== undefined || plainText) return copy;
  const { description, default: fallback, examples, ...constraint } = copy;
  const about = Object.entries({ description, default: fallback, examples }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(about), anyOf: [constraint, { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}' }] };
}
