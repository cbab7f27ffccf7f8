import type { User } from './control.ts';
import { getControl, postControl } from './sync-control.ts';

interface ResourceBase {
  getContext(): { readonly user?: User | null | undefined };
}

// Harper's global, like all of Harper: see harper.ts.
const { Resource } = globalThis as unknown as { Resource: new () => ResourceBase };

/** The REST resource `/SyncControl`. Harper leaves checking the user to it. */
export class SyncControl extends Resource {
  static loadAsInstance = false;

  get(): Promise<unknown> {
    return getControl(this.getContext().user);
  }

  post(_target: unknown, data: unknown): Promise<unknown> {
    return postControl(this.getContext().user, () => Promise.resolve(data));
  }
}
