import { readFile } from 'node:fs/promises';

/** What a running process has used so far; null where the system does not tell (Linux does, by `/proc`). */
export interface ProcessFigures {
  /** The largest resident memory that it ever had. */
  readonly peakMib: number | null;
  /** Of all its threads, in user and system mode. */
  readonly cpuSeconds: number | null;
}

const KIBIBYTES = 1024;
/** The kernel tells times to programs in hundredths of a second, whatever it counts in itself. */
const TICKS_PER_SECOND = 100;
/** `utime` and `stime`, counted from after the name, which may hold spaces. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** Source of the fields: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export async function readProcessFigures(pid: number | null): Promise<ProcessFigures> {
  if (pid === null) return { peakMib: null, cpuSeconds: null };
  const [status, stat] = await Promise.all([readText(pid, 'status'), readText(pid, 'stat')]);
  return { peakMib: parsePeak(status), cpuSeconds: parseCpu(stat) };
}

/** From the text of `/proc/<pid>/status`. */
export function parsePeak(status: string): number | null {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) / KIBIBYTES;
}

/** From the text of `/proc/<pid>/stat`. */
export function parseCpu(stat: string): number | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[USER_TIME], fields[SYSTEM_TIME]];
  if (user === undefined || system === undefined) return null;
  return (Number(user) + Number(system)) / TICKS_PER_SECOND;
}

async function readText(pid: number, file: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
