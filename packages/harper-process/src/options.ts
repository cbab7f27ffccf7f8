import type { HarperProcess } from './harper-process.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface HarperOptions {
  /** Holds everything of this instance: data, home, keys, record of its process, credentials. Made if missing. One instance a folder. */
  readonly rootDir: string;
  /** The application that Harper runs, with a `config.yaml`. */
  readonly appDir: string;
  /** Worker threads; 2 by default. */
  readonly threads?: number | undefined;
  /** Further environment of the process; overrides what is set here. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Arguments for Node itself, for example `--max-old-space-size=512`. */
  readonly nodeOptions?: readonly string[] | undefined;
  /** Of the user `admin`, set when `rootDir` is new. Default: a random one, kept in `rootDir/credentials.json`, readable by this user only. */
  readonly password?: string | undefined;
  /** Loopback address to listen on; `127.0.0.1` by default. Nodes of one cluster need different ones. */
  readonly host?: string | undefined;
  /** Of the REST interface and the operations API. Default: those of the last run in `rootDir` if free, else free ones. */
  readonly httpPort?: number | undefined;
  readonly operationsPort?: number | undefined;
  /** Replicate with other nodes: give each node its own `host` and call `joinCluster` on each further node once. */
  readonly cluster?: boolean | undefined;
  /** Each line that Harper prints or logs, without colours. */
  readonly onLog?: ((line: string) => void) | undefined;
  /** Asked again and again once Harper answers, until it resolves to true; a rejection counts as not yet. */
  readonly ready?: ((harper: HarperProcess) => Promise<boolean>) | undefined;
  /** For the whole start; 120 s by default: a first one makes keys and takes many seconds on a busy machine. */
  readonly startTimeoutMs?: number | undefined;
  /** Between SIGTERM and SIGKILL in `stop`; 10 s by default. */
  readonly stopTimeoutMs?: number | undefined;
  /** Aborts the start; a Harper that runs already is not touched. */
  readonly signal?: AbortSignal | undefined;
  /** The folder of another `harperdb` package than the one installed here. */
  readonly harperdb?: string | undefined;
}
