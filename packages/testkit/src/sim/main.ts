import { scheduleOf } from './schedule.ts';
import { simulate } from './simulation.ts';
const [from = 1, count = 50, maxNodes = 1] = process.argv.slice(2).map(Number);
Error.stackTraceLimit = 0;
const t = performance.now();
let bad = 0;
let windows = 0;
for (let seed = from; seed < from + count; seed++) {
  const r = await simulate(scheduleOf(seed, { maxNodes }), { trace: count === 1 });
  windows += r.windows;
  if (r.violations.length > 0 || count === 1) {
    bad++;
    console.log(seed, r.violations.slice(0, 1), JSON.stringify(r.crashes), JSON.stringify(r.sourceFaults), JSON.stringify(r.others));
    if (count === 1) console.log(r.trace.join('\n'));
  }
}
console.log({ cpuRate: count / (process.cpuUsage().user + process.cpuUsage().system) * 1e6 });
console.log({ bad, windows, rate: (count / (performance.now() - t)) * 1000 });
