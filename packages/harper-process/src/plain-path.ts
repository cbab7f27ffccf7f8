import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BqsyncError } from '@bqsync/errors';

/** Room for what Harper puts behind its root, the path of a Unix socket among it, which systems cut at 104 or 108 characters. */
const LONGEST = 70;

/**
 * A path to `folder` that Harper takes as its root. Harper 4.7.29 checks the path by a regular expression whose time doubles with each
 * character before the first one outside of `A-Z a-z 0-9 _ - : /`: with a dot behind thirty others it hangs at installation. Such a
 * folder, and one with a long path, is reached through a link in a folder that belongs to this user alone. The same for a folder each time,
 * since Harper keeps the path in its configuration.
 */
export function plainPath(folder: string): string {
  if (folder.length <= LONGEST && /^[A-Za-z0-9_:/-]+$/.test(folder)) return folder;
  const user = process.getuid?.() ?? 0;
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const own = join(existsSync('/tmp') ? '/tmp' : tmpdir(), `bqsync-${user}`);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const stat = lstatSync(own);
  if (!stat.isDirectory() || stat.uid !== user || (stat.mode & 0o022) !== 0) {
    throw new BqsyncError('BQS_USAGE', `${own} is not a folder of this user alone`, {
      hint: `remove ${own}, or keep Harper's data under a short path of letters and digits`,
    });
  }
  const link = join(own, name);
  const current = lstatSync(link, { throwIfNoEntry: false });
  if (current?.isSymbolicLink() === true && readlinkSync(link) === folder) return link;
  rmSync(link, { recursive: true, force: true });
  symlinkSync(folder, link, 'dir');
  return link;
}
