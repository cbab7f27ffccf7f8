export { type Schedule, type ScheduleOptions, scheduleOf, type SimAction, type SimConfig } from './sim/schedule.ts';
export { simulate, type SimResult } from './sim/simulation.ts';
