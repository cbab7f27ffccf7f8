import { connectReads } from './storage-read.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { call, cells, type Fixture, PROJECT, run, startFixture } from './support.ts';

let fixture: Fixture;
const sql = (text: string, token?: string): Promise<unknown[][]> => run(fixture.server, text, token);
beforeEach(async () => {
  fixture = await startFixture();
  fixture.server.setAccess({
    principals: [
      { email: 'ann@example.com', token: 'ann' },
      { email: 'root@example.com', token: 'root', overrideTimeTravelRestrictions: true, fineGrainedReader: true, unmasked: true },
    ],
    dataPolicies: { 'projects/p/locations/us/dataPolicies/last': 'LAST_FOUR_CHARACTERS' },
  });
});
afterEach(() => fixture.server.close());

test('row access policies filter for each principal, in queries, lists of rows and read sessions, and are listed', async () => {
  await sql('CREATE TABLE ds.t (id INT64, owner STRING)');
  await sql("INSERT ds.t VALUES (1, 'ann@example.com'), (2, 'bob@example.com')");
  await sql(
    "CREATE ROW ACCESS POLICY own ON ds.t GRANT TO ('user:ann@example.com', 'domain:example.org') FILTER USING (owner = SESSION_USER())",
  );
  expect(await sql('SELECT id FROM ds.t', 'ann')).toEqual([['1']]);
  expect(await sql('SELECT COUNT(*) FROM ds.t')).toEqual([['0']]);
  await sql("CREATE ROW ACCESS POLICY every ON ds.t GRANT TO ('user:root@example.com') FILTER USING (TRUE)");
  expect(await sql('SELECT COUNT(*) FROM ds.t', 'root')).toEqual([['2']]);
  expect(cells((await call(fixture.server, 'GET', '/datasets/ds/tables/t/data')).body.rows)).toEqual([]);
  const listed = await call(fixture.server, 'GET', '/datasets/ds/tables/t/rowAccessPolicies');
  expect(listed.body).toMatchObject({
    rowAccessPolicies: [{ rowAccessPolicyReference: { policyId: 'own' }, filterPredicate: 'owner = SESSION_USER()' }, {}],
  });
  const reads = connectReads(fixture.server);
  const [session] = await reads.createReadSession(
    { parent: `projects/${PROJECT}`, readSession: { table: `projects/${PROJECT}/datasets/ds/tables/t`, dataFormat: 'ARROW' } },
    { otherArgs: { headers: { authorization: 'Bearer ann' } } },
  );
  let rows = 0;
  for (const stream of session.streams ?? [])
    for await (const part of reads.readRows({ readStream: stream.name ?? '' })) rows += Number((part as { rowCount: string }).rowCount);
  expect(rows).toBe(1);
  await reads.close();
  await sql('DROP ROW ACCESS POLICY own ON ds.t');
  expect(await sql('SELECT COUNT(*) FROM ds.t', 'ann')).toEqual([['0']]);
  await sql('DROP ALL ROW ACCESS POLICIES ON ds.t');
  expect(await sql('SELECT COUNT(*) FROM ds.t')).toEqual([['2']]);
});

test('the past of a table that has, or had, row access policies is for administrators', async () => {
  await sql('CREATE TABLE ds.t (id INT64)');
  await sql("CREATE ROW ACCESS POLICY p ON ds.t GRANT TO ('allAuthenticatedUsers') FILTER USING (TRUE)");
  await sql('DROP ALL ROW ACCESS POLICIES ON ds.t');
  for (const from of ['ds.t FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()', 'APPENDS(TABLE ds.t)']) {
    await expect(sql(`SELECT id FROM ${from}`, 'ann')).rejects.toThrow('overrideTimeTravelRestrictions');
    expect(await sql(`SELECT id FROM ${from}`, 'root')).toEqual([]);
  }
});

const TAG = 'projects/p/locations/us/taxonomies/1/policyTags/2';

test('a policy tag denies its column, and only to whom lacks the fine-grained reader role', async () => {
  await fixture.dataset.createTable('t', {
    schema: {
      fields: [
        { name: 'a', type: 'STRING' },
        { name: 'pin', type: 'STRING', policyTags: { names: [TAG] } },
      ],
    },
  } as never);
  await sql("INSERT ds.t VALUES ('x', '1234')");
  expect((await fixture.dataset.table('t').getMetadata())[0].schema.fields[1].policyTags).toEqual({ names: [TAG] });
  for (const query of ['SELECT * FROM ds.t', 'SELECT a FROM ds.t WHERE pin = "1"'])
    await expect(sql(query)).rejects.toThrow(/accessDenied: Access Denied: .*policy tag .* on column proj-x\.ds\.t\.pin/);
  expect(await sql('SELECT a FROM ds.t')).toEqual([['x']]);
  expect(await sql('SELECT * FROM ds.t', 'root')).toEqual([['x', '1234']]);
  const denied = await call(fixture.server, 'GET', '/datasets/ds/tables/t/data');
  expect(denied.status).toBe(403);
  expect((await call(fixture.server, 'GET', '/datasets/ds/tables/t/data?selectedFields=a')).status).toBe(200);
});

test('a data policy masks its column silently, and shows in the schema', async () => {
  const policies = ['projects/p/locations/us/dataPolicies/last', 'projects/p/locations/us/dataPolicies/other'];
  const fields = policies.map((name, i) => ({ name: `c${String(i)}`, type: 'STRING', dataPolicies: [{ name }] }));
  await fixture.dataset.createTable('t', { schema: { fields } } as never);
  await sql("INSERT ds.t VALUES ('123456789', 'secret')");
  expect(await sql('SELECT * FROM ds.t')).toEqual([['XXXXX6789', null]]);
  expect(await sql('SELECT * FROM ds.t', 'root')).toEqual([['123456789', 'secret']]);
  expect((await fixture.dataset.table('t').getMetadata())[0].schema.fields[0].dataPolicies).toEqual([{ name: policies[0] }]);
});

test('settings that cannot be are refused by name', () => {
  expect(() => fixture.server.setAccess({ principals: [{ mail: 'x' }] } as never)).toThrow('principals');
  expect(() => fixture.server.setAccess({ dataPolicies: { x: 'HIDE' } } as never)).toThrow('masking rule of x');
  expect(() => fixture.server.behave({ lag: 1 } as never)).toThrow('no behaviour "lag"');
  expect(() => fixture.server.behave({ metadataLagMs: -1 })).toThrow('metadataLagMs');
});

test('tables of several projects live in one server', async () => {
  await fetch(`${fixture.server.url}/bigquery/v2/projects/other-project/datasets`, {
    method: 'POST',
    body: JSON.stringify({ datasetReference: { datasetId: 'pub' } }),
  });
  await sql('CREATE TABLE `other-project`.pub.t AS SELECT 1 AS a');
  await sql('INSERT INTO other-project.pub.t VALUES (2)');
  expect(await sql('SELECT SUM(a) FROM `other-project.pub.t`')).toEqual([['3']]);
  await expect(sql('SELECT 1 FROM pub.t')).rejects.toThrow('Not found: Dataset proj-x:pub');
});
