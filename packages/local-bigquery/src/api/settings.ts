import { changedBehaviour } from '../behaviour.ts';
import { readObject } from '../http/body.ts';
import type { Router } from '../http/router.ts';
import type { ApiContext } from './context.ts';

/** How the server behaves and who may see what, to be changed by a test while it runs. */
export function settingsRoutes(router: Router, { behaviour, access }: ApiContext): void {
  router.on('GET', '/local/behaviour', () => ({ status: 200, body: behaviour.current }));
  router.on('PATCH', '/local/behaviour', async (call) => {
    behaviour.current = changedBehaviour(behaviour.current, await readObject(call.request));
    return { status: 200, body: behaviour.current };
  });
  router.on('GET', '/local/access', () => ({ status: 200, body: access.settings }));
  router.on('PUT', '/local/access', async (call) => ({ status: 200, body: access.set(await readObject(call.request)) }));
}
