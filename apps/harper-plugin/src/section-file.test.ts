import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locateErrors, SectionFile } from './section-file.ts';

const NAME = '@bqsync/harper-plugin';
let folder: string;
let path: string;
let file: SectionFile | undefined;
/** What was heard, in order: a section, or the error's code. */
let heard: unknown[];

const write = (tables: readonly string[]) => writeFileSync(path, `rest: true\n'${NAME}':\n  tables: ${JSON.stringify(tables)}\n`);
const last = () => heard.at(-1);

function follow(): SectionFile {
  file = new SectionFile(path, NAME, {
    onSection: (section) => heard.push(section),
    onUnreadable: (error) => heard.push(error.toJSON()),
  });
  return file;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bqsync-section-'));
  path = join(folder, 'config.yaml');
  heard = [];
});
afterEach(() => {
  file?.close();
  rmSync(folder, { recursive: true });
});

describe('the section of a file', () => {
  it('is read when asked, and by itself after each change that nobody tells of', async () => {
    write(['a']);
    const section = follow();
    section.look();
    await expect.poll(last).toEqual({ tables: ['a'] });
    write(['a', 'b']);
    await expect.poll(last, { timeout: 10_000 }).toEqual({ tables: ['a', 'b'] });
    // The same length, as soon as the last one was heard.
    write(['a', 'c']);
    await expect.poll(last, { timeout: 10_000 }).toEqual({ tables: ['a', 'c'] });
  });

  it('is what was written last, of changes that follow each other closely', async () => {
    write(['a']);
    const section = follow();
    for (let i = 0; i < 50; i++) {
      writeFileSync(path, '');
      section.look();
      write([`t${String(i)}`]);
    }
    await expect.poll(last, { timeout: 10_000 }).toEqual({ tables: ['t49'] });
    // Never what the file said for a moment only.
    expect(heard.filter((section) => section === undefined)).toEqual([]);
  });

  it('is undefined without the file and without the section in it, until it is back', async () => {
    write(['a']);
    follow().look();
    await expect.poll(last).toEqual({ tables: ['a'] });
    writeFileSync(path, 'rest: true\n');
    await expect.poll(last, { timeout: 10_000 }).toBe(undefined);
    write(['b']);
    await expect.poll(last, { timeout: 10_000 }).toEqual({ tables: ['b'] });
    rmSync(path);
    await expect.poll(last, { timeout: 10_000 }).toBe(undefined);
    write(['c']);
    await expect.poll(last, { timeout: 10_000 }).toEqual({ tables: ['c'] });
  });

  it('is unreadable in a file that is no YAML, by name and with what to do, until it is corrected', async () => {
    write(['a']);
    const section = follow();
    section.look();
    await expect.poll(last).toEqual({ tables: ['a'] });
    writeFileSync(path, '{ "rest": true, : [\n');
    await expect.poll(last, { timeout: 10_000 }).toMatchObject({
      code: 'BQS_CONFIG_UNREADABLE',
      message: expect.stringContaining(`${path} cannot be read: `) as string,
      hint: 'correct the file; what was configured before goes on',
    });
    write(['a']);
    await expect.poll(last, { timeout: 10_000 }).toEqual({ tables: ['a'] });
  });

  it('is not read any more once it is closed', async () => {
    write(['a']);
    const section = follow();
    section.look();
    section.close();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(heard).toEqual([]);
  });

  it('that cannot be read is named with the line, and without what may be secret', async () => {
    const section = follow();
    writeFileSync(path, `rest: true\n'${NAME}':\n  bigquery:\n    credentials: "{ \\"private_key\\": \\"s3cret\\"\n`);
    section.look();
    await expect.poll(last).toMatchObject({ code: 'BQS_CONFIG_UNREADABLE', message: expect.stringContaining(`${path}:`) });
    expect(JSON.stringify(last())).toMatch(/config\.yaml:[45]:\d+ /);
    expect(JSON.stringify(last())).not.toContain('s3cret');
  });
});

describe('the errors of the file', () => {
  const table = (more: string) =>
    `'${NAME}':\n  package: '${NAME}'\n  bigquery:\n    projectId: p\n    tables:\n      - { id: a, dataset: d, table: t, timestampColumn: ts${more} }\n`;

  it('are at their lines, as it is now', async () => {
    writeFileSync(path, table(', bogus: 1'));
    expect((await locateErrors(path, folder))?.issues).toEqual([
      expect.objectContaining({ file: path, line: 6, path: 'bigquery.tables[0].bogus', message: 'is an unknown key' }),
    ]);
    writeFileSync(path, `# one more line\n${table(', bogus: 1')}`);
    expect((await locateErrors(path, folder))?.issues[0]?.line).toBe(7);
    writeFileSync(path, table(''));
    expect(await locateErrors(path, folder)).toBeUndefined();
  });
});
