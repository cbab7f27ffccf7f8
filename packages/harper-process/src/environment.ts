import { plainPath } from './plain-path.ts';
import type { Credentials, HarperOptions } from './options.ts';

export interface Ports {
  readonly http: number;
  readonly operations: number;
  readonly replication: number;
  readonly mqtt: number;
  readonly mqttSecure: number;
}

const guard = new URL('../guard/loopback.mjs', import.meta.url).href;

/** The environment that makes one command install and run a Harper of its own under `rootDir`, on loopback only, without a question. */
export function environment(options: HarperOptions, host: string, ports: Ports, credentials: Credentials): NodeJS.ProcessEnv {
  const at = (port: number) => `${host}:${port}`;
  const hostname = options.cluster === true ? host : 'localhost';
  const inherited = Object.fromEntries(
    ['PATH', 'TMPDIR', 'LANG', 'LD_LIBRARY_PATH', 'SystemRoot'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return {
    ...inherited,
    HOME: `${options.rootDir}/home`,
    ROOTPATH: `${plainPath(options.rootDir)}/hdb`,
    HDB_ADMIN_USERNAME: credentials.username,
    HDB_ADMIN_PASSWORD: credentials.password,
    TC_AGREEMENT: 'yes',
    DEFAULTS_MODE: 'prod',
    NODE_HOSTNAME: hostname,
    REPLICATION_HOSTNAME: hostname,
    HTTP_PORT: at(ports.http),
    OPERATIONSAPI_NETWORK_PORT: at(ports.operations),
    REPLICATION_SECUREPORT: at(ports.replication),
    MQTT_NETWORK_PORT: at(ports.mqtt),
    MQTT_NETWORK_SECUREPORT: at(ports.mqttSecure),
    ...(options.cluster === true ? { REPLICATION_URL: `wss://${at(ports.replication)}` } : {}),
    THREADS_COUNT: String(options.threads ?? 2),
    THREADS_DEBUG: 'false',
    LOGGING_LEVEL: 'warn',
    LOGGING_STDSTREAMS: 'true',
    BQSYNC_HARPER_HOST: host,
    ...options.env,
    NODE_OPTIONS: [`--import=${guard}`, ...(options.nodeOptions ?? []), options.env?.NODE_OPTIONS ?? ''].join(' ').trim(),
  };
}
