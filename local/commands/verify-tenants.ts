import { readFile } from 'node:fs/promises';
import { comparePictures } from './comparison/compare-pictures.js';
import type { DirectoryPicture } from './comparison/directory-picture.js';
import { readGraphPicture } from './comparison/graph-picture.js';
import { readTruthPicture } from './comparison/truth-picture.js';
import { createHttpsJson } from './https-json.js';
import type { Session } from './session.js';
import { readPeopleRows } from './setups/people-rows.js';
import { canBeReckoned, peopleDifferences, type ReckonedSetup } from './setups/reckoned-people.js';
import { findClientSecret } from './stack-clients.js';
import type { MeasuredSync } from './sync-tenants.js';

const mostReasons = 20;

/**
 * Checks that every first sync succeeded and left exactly what the directory has, and says what it found.
 * True when nothing is wrong.
 */
export async function verifyTenants(session: Session, syncs: readonly MeasuredSync[]): Promise<boolean> {
  let isRight = true;
  for (const { sync } of syncs) {
    session.display.step(`Comparing ${sync.displayName} with its directory`);
    const faults = await findFaults(session, sync);
    if (faults.length > 0) isRight = false;
    for (const fault of faults) session.display.line(`${sync.displayName}: ${fault}`);
  }
  return isRight;
}

async function findFaults(
  session: Session,
  { tenantId, displayName, run }: MeasuredSync['sync'],
): Promise<string[]> {
  if (run.status !== 'Succeeded') {
    const reason = run.error == null ? 'no reason given' : `${run.error.code}: ${run.error.message}`;
    return [`the first sync ended as ${run.status}: ${reason}`];
  }
  const directory = await readDirectory(session, tenantId);
  const { rows, differences, reasons } = comparePictures(await session.mirror.picture(tenantId), directory);
  if (differences > 0) return inWords(differences, reasons);
  session.display.line(`${displayName}: all ${rows} rows equal the directory`);
  return await findFaultsOfPeople(session, tenantId, displayName, directory);
}

/** Against an own reckoning from the directory, for every started setup that it can be made of. */
async function findFaultsOfPeople(
  { api, clients, display }: Session,
  tenantId: string,
  displayName: string,
  directory: DirectoryPicture,
): Promise<string[]> {
  const setups = await api.all<ReckonedSetup & { state: string }>(`/api/v1/tenants/${tenantId}/setups`);
  const reckoned = setups.filter((setup) => setup.state === 'started' && canBeReckoned(setup));
  if (reckoned.length === 0) return [];
  const rows = await readPeopleRows(clients.table('People'), tenantId);
  const found = reckoned.flatMap((setup) => peopleDifferences(setup, directory, rows));
  if (found.length > 0) return inWords(found.length, found.slice(0, mostReasons));
  const checked = rows.filter((row) => reckoned.some(({ id }) => id === row.setupId)).length;
  display.line(
    `${displayName}: all ${checked} people of ${reckoned.length} setups are as the directory says`,
  );
  return [];
}

function inWords(differences: number, reasons: readonly string[]): string[] {
  const more = differences > reasons.length ? [`… and ${differences - reasons.length} more`] : [];
  return [
    `${differences} differences from the directory:`,
    ...[...reasons, ...more].map((line) => `  ${line}`),
  ];
}

/** By the emulator's own truth, or else by a second reading with plain lists. */
async function readDirectory(session: Session, tenantId: string): Promise<DirectoryPicture> {
  const { control, stack, clients } = session;
  if (control !== null) return await readTruthPicture(control.truthRows(tenantId));
  const https = createHttpsJson([await readFile(stack.settings['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8')]);
  try {
    return await readGraphPicture({
      https,
      graphUrl: stack.addresses.graphUrl,
      loginUrl: stack.addresses.loginUrl,
      tenantId,
      ...(await findClientSecret(clients.secrets, tenantId)),
    });
  } finally {
    https.close();
  }
}
