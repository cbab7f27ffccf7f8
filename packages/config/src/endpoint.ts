import type { Check, Problem } from './problem.ts';

/** Whether a URL's host can only be this machine. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

function endpointProblem(value: string): Problem | URL {
  if (!/^https?:\/\//i.test(value))
    return { message: 'is not an http or https URL', hint: 'write it with its scheme, such as http://127.0.0.1:9050' };
  if (!URL.canParse(value)) return { message: 'is not a URL' };
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') return { message: 'has a user or password in it', hint: 'use bigquery.credentials' };
  if (url.search !== '' || url.hash !== '') return { message: 'has a query or a fragment', hint: 'give scheme, host, port and path only' };
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return {
      message: 'is plain http to another machine: rows and tokens would travel readable',
      hint: 'use https; plain http is for localhost, 127.x.x.x and [::1]',
    };
  }
  return url;
}

export const checkApiEndpoint: Check = (value) => {
  const result = endpointProblem(value);
  return result instanceof URL ? undefined : result;
};

/** gRPC has no base path, so only scheme, host and port. */
export const checkStorageEndpoint: Check = (value) => {
  const result = endpointProblem(value);
  if (!(result instanceof URL)) return result;
  return result.pathname === '/' ? undefined : { message: 'has a path', hint: 'give scheme, host and port only' };
};

export function withoutTrailingSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
