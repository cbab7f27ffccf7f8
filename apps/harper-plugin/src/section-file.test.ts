import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SectionFile } from './section-file.ts';

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
});
