import { readFile } from 'node:fs/promises';

/**
 * The largest resident memory that a running process ever had, in MiB; null where the system does not tell (it is
 * read from Linux's `/proc`).
 */
export async function peakMemoryMib(pid: number | null): Promise<number | null> {
  if (pid === null) return null;
  try {
    return parsePeak(await readFile(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return null;
  }
}

/** From the text of a `/proc/<pid>/status`. */
export function parsePeak(status: string): number | null {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? null : Number(kibibytes) / 1024;
}
