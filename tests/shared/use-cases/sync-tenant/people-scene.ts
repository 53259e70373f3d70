import type { DirectoryChange } from '../../../../local/graph/control-api.js';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import type { Person } from '../../../../shared/core/people/person.js';
import type { Setup, SetupDocument } from '../../../../shared/core/setup/setup.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';
import { storedPeople } from '../../../histories/people-truth.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { hostView, Scene } from './scene.js';

export const SETUP = 'everybody';

export const guardOff = { maxCount: 1_000, maxShare: 1, minCount: 0, withinHours: 24 };

/** A setup of everybody, or of whom its document says. */
export async function startSetup(
  scene: Scene,
  document: Partial<SetupDocument> = {},
  setupId = SETUP,
): Promise<void> {
  const of = aSetupDocument({ removalGuard: guardOff, ...document });
  await scene.world.stores.setups.insert(
    aSetup({ tenantId: TENANT_ID, setupId, document: of, state: 'started' }),
  );
  await tell(scene, setupId);
}

export async function changeSetup(scene: Scene, change: Partial<Setup>): Promise<void> {
  const { setups } = scene.world.stores;
  const stored = await setups.get(TENANT_ID, SETUP);
  if (stored === null) throw new Error('The setup is gone.');
  const version = stored.value.version + (change.document === undefined ? 0 : 1);
  await setups.replace(stored, { ...stored.value, ...change, version });
  await tell(scene, SETUP);
}

/** As whoever edits a setup does. */
export async function tell(scene: Scene, setupId: string): Promise<void> {
  await createSetupWork(scene.world.host(hostView()).ports, COALESCING).requested(TENANT_ID, setupId);
}

export async function people(scene: Scene): Promise<readonly Person[]> {
  return storedPeople(scene.world.stores, await scene.scope(), SETUP);
}

/** `{status} {statusReason}` by directory id. */
export async function standings(scene: Scene): Promise<Record<string, string>> {
  const all = await people(scene);
  return Object.fromEntries(
    all.map(({ directoryId, status, statusReason }) => [directoryId, `${status} ${statusReason}`]),
  );
}

export async function person(scene: Scene, directoryId: string): Promise<Person> {
  const found = (await people(scene)).find((one) => one.directoryId === directoryId);
  if (found === undefined) throw new Error(`There is no person ${directoryId}.`);
  return found;
}

/** A directory in sync, with a started setup whose people are derived. */
export async function sceneWithPeople(
  changes: readonly DirectoryChange[],
  document: Partial<SetupDocument> = {},
): Promise<Scene> {
  const scene = await Scene.synced(changes, { started: false });
  await startSetup(scene, document);
  await scene.settle();
  scene.forget();
  return scene;
}
