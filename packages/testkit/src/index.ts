export { CRASH_POINTS, type CrashPoint, SOURCE_FAULT_NAMES, type SourceFaultName } from './sim/faults.ts';
export { type Schedule, scheduleOf, type ScheduleOptions, type SimAction, type SimConfig } from './sim/schedule.ts';
export { shrink } from './sim/shrink.ts';
export { type SimOptions, type SimResult, simulate } from './sim/simulation.ts';
export { isCounted, Summary } from './sim/summary.ts';
