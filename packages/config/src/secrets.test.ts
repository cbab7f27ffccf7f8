import { describe, expect, it } from 'vitest';
import { parseConfig } from './load-config.ts';
import { getPluginConfig } from './plugin-config.ts';

const SECRET = 'hunter2-SeCrEt';

function everythingIn(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    const { message, cause } = error as Error;
    return `${message}\n${JSON.stringify(error)}\n${JSON.stringify((error as { issues?: unknown }).issues)}\n${String(cause)}`;
  }
  throw new Error('the configuration was accepted');
}

describe('a secret never appears in an error', () => {
  const around = (line: string): string => `bigquery:\n  projectId: BAD\n${line}\n  location: b a d\n  tables: []\n`;

  it.each([
    ['a path', `  credentials: ${SECRET}`],
    ['quoted', `  "credentials": "${SECRET}"`],
    ['empty for want of an endpoint', `  credentials: none # ${SECRET}`],
    ['a pasted key', `  credentials: '{"type":"service_account","private_key":"${SECRET}"}'`],
    ['a block', `  credentials: |\n    ${SECRET}\n    ${SECRET}`],
    ['a mapping', `  credentials:\n    type: x\n    client_email: ${SECRET}\n    private_key: ${SECRET}`],
    ['a flow mapping', `  credentials: { a: ${SECRET},\n  b: ${SECRET} }`],
    ['two in one line', `  x: { password: ${SECRET}, token: ${SECRET} }`],
    ['in lines of a PEM', `  note: |\n    -----BEGIN PRIVATE KEY----- ${SECRET}`],
    ['under an unknown key', `  apiKey: ${SECRET}\n  client_secret: ${SECRET}`],
    ['in a URL', `  apiEndpoint: https://user:${SECRET}@example.com`],
    ['beside a syntax error', `  credentials: "${SECRET}\n  other: 1`],
    ['in a syntax error', `  credentials: *${SECRET}`],
    ['twice', `  credentials: ${SECRET}\n  credentials: ${SECRET}`],
    ['in flow style on one level', `  x: {\n  credentials:\n  ${SECRET} }`],
  ])('%s', (_, lines) => {
    const text = everythingIn(() => parseConfig(around(lines), 'c.yaml', { env: {} }));
    expect(text).toContain('c.yaml:');
    expect(text).not.toContain(SECRET);
  });

  it('from the environment', () => {
    const table = {
      id: '${S}',
      dataset: '${S}',
      table: '${S}',
      timestampColumn: '${S}.x',
      columns: ['${S}', '${S}'],
      duplicates: '${S}',
      targetTable: '${S} x',
    };
    const config = {
      bigquery: {
        projectId: '${S}',
        credentials: '${S}{',
        location: '-${S}',
        apiEndpoint: '${S}',
        maxRetries: '${S}',
        tables: [table, table],
      },
    };
    const text = everythingIn(() => getPluginConfig(config, { env: { S: SECRET } }));
    expect(text).toContain('${S}');
    expect(text).not.toContain(SECRET);
  });

  it('in a plain object', () => {
    const config = {
      bigquery: { projectId: 'p', credentials: { private_key: SECRET }, apiEndpoint: `http://u:${SECRET}@example.com`, password: SECRET },
    };
    const text = everythingIn(() => getPluginConfig(config));
    expect(text).toContain('bigquery.credentials');
    expect(text).not.toContain(SECRET);
  });
});
