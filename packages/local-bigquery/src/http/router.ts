import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as a handler sees it: path parameters are decoded, the body is not yet read. */
export interface Call {
  readonly method: string;
  /** Without the `/bigquery/v2` prefix and the query string. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly request: IncomingMessage;
  /** `http://host:port` as the caller wrote it. */
  readonly origin: string;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; text is sent as it is, as JSON too. */
  readonly body?: unknown;
}

type Handler = (call: Call) => Promise<Reply> | Reply;

interface Route {
  readonly method: string;
  readonly segments: readonly string[];
  readonly handler: Handler;
}

type Match = { readonly handler: Handler; readonly params: Record<string, string> } | 'no-path' | 'no-method';

/** Routes by method and path; a segment `:name` takes any one segment. */
export class Router {
  readonly #routes: Route[] = [];

  on(method: string, pattern: string, handler: Handler): void {
    this.#routes.push({ method, segments: pattern.split('/').filter(Boolean), handler });
  }

  match(method: string, path: string): Match {
    const segments = path.split('/').filter(Boolean);
    let pathKnown = false;
    for (const route of this.#routes) {
      const params = bind(route.segments, segments);
      if (!params) continue;
      if (route.method === method) return { handler: route.handler, params };
      pathKnown = true;
    }
    return pathKnown ? 'no-method' : 'no-path';
  }
}

function bind(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(segment);
    else if (part !== segment) return undefined;
  }
  return params;
}
