import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificate, writeTrustBundle } from '../local/certificate/certificate-authority.js';
import { takeFreePort } from '../local/stack/ports.js';
import { startPart } from '../local/stack/part.js';
import type { Stack } from '../local/stack/stack.js';
import { azuriteAnswers, azuriteCommand, azuriteEndpoint } from '../local/tables/azurite.js';
import { runProgram } from './child-process.js';
import { readProcessFigures } from './process-figures.js';

/** Writing the rows of a first sync and doing nothing else. */
export interface WriteFloor {
  readonly rows: number;
  readonly transactions: number;
  readonly seconds: number;
  /** That the table service spent meanwhile; null where the system does not tell. */
  readonly tablesCpuSeconds: number | null;
}

/** The tables whose rows a first sync makes. */
export const FLOOR_TABLES = ['Users', 'Groups', 'Memberships', 'MemberOf', 'GroupCounts'] as const;

/**
 * Writes the rows that the stack's tables hold into a fresh table service, over https and with the stack's
 * identity, by a process of its own.
 */
export async function measureWriteFloor(stack: Stack, tenantId: string): Promise<WriteFloor> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-floor-'));
  const port = await takeFreePort();
  const certificate = await ensureCertificate(folder);
  const tables = await startPart({
    name: 'tables of the write floor',
    ...azuriteCommand({ port, tls: certificate }),
    env: pathOnly(),
    cwd: folder,
    stopSignal: 'SIGINT',
    readiness: { kind: 'probed', probe: () => azuriteAnswers(port, certificate.certFile) },
  });
  const cpu = async (): Promise<number | null> => (await readProcessFigures(tables.pid)).cpuSeconds;
  try {
    const before = await cpu();
    const result = (await runProgram(new URL('./write-floor-process.js', import.meta.url), {
      ...pathOnly(),
      ...stack.settings,
      BENCH_TENANT: tenantId,
      FLOOR_ENDPOINT: azuriteEndpoint(port),
      NODE_EXTRA_CA_CERTS: await writeTrustBundle(folder, certificate, stack.certFile),
    })) as Omit<WriteFloor, 'tablesCpuSeconds'>;
    const after = await cpu();
    return { ...result, tablesCpuSeconds: before === null || after === null ? null : after - before };
  } finally {
    await tables.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function pathOnly(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '' };
}
