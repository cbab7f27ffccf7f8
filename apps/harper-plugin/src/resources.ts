import type { User } from './control.ts';
import { type Answer, getControl, postControl, refuseRequest, refuseStream, type Target } from './sync-control.ts';

/** The part of Harper's request, or of another way's context, that decides about access. */
interface Request {
  readonly user?: User | null | undefined;
}

// Harper's global, like all of Harper: see harper.ts.
const { Resource } = globalThis as unknown as { Resource: new () => object };

/** For what is not there: the request is what Harper gives last. */
function refuseLast(...given: readonly unknown[]): Answer {
  // Nobody looks at its content, which may not be readable.
  for (const each of given) if (each instanceof Promise) each.catch(() => undefined);
  return refuseRequest((given.at(-1) as Request | undefined)?.user);
}

function refuseLastStream(...given: readonly unknown[]): never {
  return refuseStream((given.at(-1) as Request | undefined)?.user);
}

/**
 * The REST resource `/SyncControl`. Harper leaves checking the user to it, on every way in. Harper calls the static methods, before it has taken
 * path and body apart: of a body that is no JSON the instance's methods hear nothing.
 */
export class SyncControl extends Resource {
  static loadAsInstance = false;

  static get(target: Target, request: Request): Promise<Answer> {
    return getControl(request.user, target);
  }

  static post(target: Target, data: unknown, request: Request): Promise<Answer> {
    return postControl(request.user, target, data);
  }

  /** Server-sent events, which have no messages of the client's, or a WebSocket. */
  static connect(_target: Target, messages: unknown, request: Request): Answer {
    return messages === null ? refuseRequest(request.user) : refuseStream(request.user);
  }

  static put = refuseLast;
  static patch = refuseLast;
  static delete = refuseLast;
  static query = refuseLast;
  static copy = refuseLast;
  static move = refuseLast;
  static subscribe = refuseLastStream;
  static publish = refuseLastStream;
  static search = refuseLastStream;
}
