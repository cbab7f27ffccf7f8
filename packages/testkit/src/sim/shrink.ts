import type { Schedule } from './schedule.ts';
import { type SimOptions, simulate } from './simulation.ts';

/** A schedule that fails with as few actions as trying finds: halves are left out first, then single actions, until none can be. */
export async function shrink(schedule: Schedule, options: SimOptions = {}): Promise<Schedule> {
  let least = schedule;
  for (let size = Math.ceil(least.actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < least.actions.length; ) {
      const actions = [...least.actions.slice(0, from), ...least.actions.slice(from + size)];
      const candidate = { ...least, actions };
      if ((await simulate(candidate, options)).violations.length > 0) least = candidate;
      else from += size;
    }
  }
  return least;
}
