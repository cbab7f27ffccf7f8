import { scheduleOf, simulate } from '@bqsync/testkit';
import { serve } from './serve.ts';

// The real engine in the simulator, over its models of BigQuery and of a Harper cluster.
await serve(() => async (seed) => (await simulate(scheduleOf(seed))).violations[0]);
