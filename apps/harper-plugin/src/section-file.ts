import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ConfigError, parseConfig } from '@bqsync/config';
import { BqsyncError } from '@bqsync/errors';
import { parse } from 'yaml';

/** An editor may empty the file, or take it away, before it writes it: what holds is what it says a moment later. */
const SETTLE_MS = 250;
/** How often it is looked whether the file has changed, by a `stat`. */
const LOOK_MS = 2_000;

export interface SectionListener {
  /** What the section says; undefined: there is none, or no file. Called once more for the same content at times. */
  onSection(section: unknown): void;
  /** `BQS_CONFIG_UNREADABLE`: what the section said before holds until the file is corrected. */
  onUnreadable(error: BqsyncError): void;
}

/**
 * One plugin's section of a configuration file in YAML, followed until it is closed. Harper follows the file too, but may hold what the file
 * said before: of changes that follow each other closely it reads one only, and it tells when it cannot read the file, not when it can again.
 */
export class SectionFile {
  readonly #path: string;
  readonly #name: string;
  readonly #listener: SectionListener;
  readonly #onChange = (): void => this.look();
  #settling: NodeJS.Timeout | undefined;
  /** Counts the reads: the one begun last is heeded. */
  #reads = 0;

  constructor(path: string, name: string, listener: SectionListener) {
    this.#path = path;
    this.#name = name;
    this.#listener = listener;
    watchFile(path, { interval: LOOK_MS, persistent: false }, this.#onChange);
  }

  /** Reads the file in a moment: it may have changed. */
  look(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#read(), SETTLE_MS).unref();
  }

  close(): void {
    unwatchFile(this.#path, this.#onChange);
    clearTimeout(this.#settling);
    this.#reads++;
  }

  async #read(): Promise<void> {
    const read = ++this.#reads;
    try {
      const section = sectionOf(await textOf(this.#path), this.#name);
      if (read === this.#reads) this.#listener.onSection(section);
    } catch (cause) {
      const why = (await locateErrors(this.#path, undefined)) ?? (cause instanceof Error ? cause : new Error(String(cause)));
      const error = new BqsyncError('BQS_CONFIG_UNREADABLE', `${this.#path} cannot be read: ${why.message}`, {
        hint: 'correct the file; what was configured before goes on',
        cause,
      });
      if (read === this.#reads) this.#listener.onUnreadable(error);
    }
  }
}

/**
 * The errors of the configuration in a file as it is now, each at its line, without what may be secret; undefined: it has none, or there is no file.
 * `baseDir`: where relative paths begin.
 */
export async function locateErrors(path: string, baseDir: string | undefined): Promise<ConfigError | undefined> {
  try {
    parseConfig(await textOf(path), path, { baseDir });
    return undefined;
  } catch (error) {
    return error instanceof ConfigError ? error : undefined;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function sectionOf(text: string, name: string): unknown {
  const root: unknown = parse(text);
  return typeof root === 'object' && root !== null ? (root as Readonly<Record<string, unknown>>)[name] : undefined;
}
