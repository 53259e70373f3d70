/** Runs of a measurement: what else the machine does meanwhile lengthens some of them, never shortens one. */
const ATTEMPTS = 3;

/**
 * Milliseconds that a piece of code keeps the thread busy: the least of several attempts, and of each the least of the
 * time on the wall, which other processes lengthen, and of the CPU time, which helper threads of this process lengthen.
 */
export function busyMilliseconds(work: () => unknown): number {
  return Math.min(...Array.from({ length: ATTEMPTS }, () => measured(work)));
}

function measured(work: () => unknown): number {
  const watch = startWatch();
  work();
  return watch();
}

/** Answers the milliseconds for which this process was busy since the call. */
export function startWatch(): () => number {
  const cpu = process.cpuUsage();
  const wall = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return Math.min(performance.now() - wall, (user + system) / 1000);
  };
}
