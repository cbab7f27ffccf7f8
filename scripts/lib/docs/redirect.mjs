// Loaded into every Node program of the documentation by NODE_OPTIONS: what is meant for Google goes to the local BigQuery and to a token endpoint on
// loopback, so that pages can name projects and key files as their readers do.
import http from 'node:http';
import https from 'node:https';
import { syncBuiltinESMExports } from 'node:module';

const targets = {
  'bigquery.googleapis.com': process.env.BQSYNC_DOCS_BIGQUERY,
  'oauth2.googleapis.com': process.env.BQSYNC_DOCS_TOKENS,
  'www.googleapis.com': process.env.BQSYNC_DOCS_TOKENS,
};

const request = https.request;
https.request = function (...args) {
  const byUrl = typeof args[0] === 'string' || args[0] instanceof URL;
  const options = (byUrl ? args[1] : args[0]) ?? {};
  const url = byUrl ? new URL(args[0]) : new URL(`https://${options.hostname ?? options.host}${options.path ?? '/'}`);
  const target = targets[url.hostname];
  if (target === undefined) return request.apply(this, args);
  const { agent: _agent, host: _host, ...rest } = typeof options === 'function' ? {} : options;
  const { hostname, port } = new URL(target);
  const callback = args.find((arg) => typeof arg === 'function');
  return http.request({ ...rest, protocol: 'http:', hostname, port, path: url.pathname + url.search }, callback);
};
syncBuiltinESMExports();
