import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DirectoryChange } from '../../../../local/graph/control-api.js';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import { phoneNumbers } from '../../../../shared/adapters/phone/phone-numbers.js';
import type { ProductRecord } from '../../../../shared/core/matching/product-record.js';
import { chooseMatch, releaseMatch } from '../../../../shared/use-cases/matching/decide-match.js';
import { receiveRecords } from '../../../../shared/use-cases/matching/receive-records.js';
import { createRecordMatching } from '../../../../shared/use-cases/matching/record-matching.js';
import { listSuggestions } from '../../../../shared/use-cases/matching/suggest.js';
import type { Preview } from '../../../../shared/use-cases/people/preview-parts.js';
import { previewSetup } from '../../../../shared/use-cases/people/preview-setup.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { userId, users } from './changes.js';
import { changeSetup, guardOff, people, SETUP } from './people-scene.js';
import { hostView, Scene } from './scene.js';

const KEY = { tenantId: TENANT_ID, setupId: SETUP };
const NAMES = ['Ann Lee', 'Bo Ray', 'Cy Orr', null];

const who = fc.record({
  mail: fc.option(fc.constantFrom('a@x.example', 'b@x.example', 'c@x.example'), { nil: null }),
  displayName: fc.constantFrom(...NAMES),
});
const decision = fc.record({
  kind: fc.constantFrom('choose' as const, 'release' as const),
  user: fc.nat(3),
  record: fc.nat(3),
});

async function sceneOf(
  all: readonly { readonly mail: string | null; readonly displayName: string | null }[],
) {
  const changes = all.map((attributes, n): DirectoryChange => {
    const displayName = attributes.displayName ?? 'Nobody';
    return { kind: 'updateUser', id: userId(n), attributes: { ...attributes, displayName } };
  });
  const scene = await Scene.synced([...users(all.length), ...changes], { started: false });
  const document = aSetupDocument({ removalGuard: guardOff, match: ['mail'] });
  await scene.world.stores.setups.insert(aSetup({ ...KEY, document, state: 'saved' }));
  return scene;
}

function portsOf(scene: Scene) {
  const { ports: host } = scene.world.host(hostView());
  const ports = {
    ...host,
    ...scene.world.stores,
    setupWork: createSetupWork(host, COALESCING),
    phoneNumbers,
  };
  return { ...ports, recordMatching: createRecordMatching(ports) };
}

async function previewOf(scene: Scene): Promise<Preview> {
  const outcome = await previewSetup(portsOf(scene), KEY, null, null);
  if (outcome.kind !== 'previewed') throw new Error(outcome.kind);
  return outcome.preview;
}

async function upload(scene: Scene, all: readonly Partial<ProductRecord>[]): Promise<void> {
  const rows = (async function* (): AsyncIterable<ProductRecord> {
    await Promise.resolve();
    const nothing = { entraId: null, initials: null, jobTitle: null, country: null, phones: [], values: {} };
    for (const [n, one] of all.entries())
      yield { ...nothing, recordId: `r${n}`, mail: null, displayName: null, ...one };
  })();
  await receiveRecords(portsOf(scene), { ...KEY, mode: 'merge' }, rows);
}

/** What the lists say: users with a record, in a conflict, and with suggestions. */
async function listed(scene: Scene) {
  const ports = portsOf(scene);
  const [tied, conflict, suggested] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for await (const rows of ports.matches.scan(await scene.scope(), SETUP))
    for (const { directoryId, tie, isInConflict } of rows)
      if (tie !== null) tied.add(directoryId);
      else if (isInConflict) conflict.add(directoryId);
  const wish = { ...KEY, minScore: 0, country: null };
  const page = await listSuggestions(ports, wish, { after: null, limit: 1_000 });
  for (const { directoryId } of page?.rows ?? []) if (!conflict.has(directoryId)) suggested.add(directoryId);
  return { tied: tied.size, conflict: conflict.size, suggested: suggested.size };
}

describe('what a preview says of records', () => {
  it(
    'is what the lists say before the start and what the first job does after it',
    { timeout: 120_000 },
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(who, { minLength: 1, maxLength: 4 }),
          fc.array(who, { minLength: 1, maxLength: 4 }),
          fc.array(decision, { maxLength: 3 }),
          async (ofUsers, ofRecords, decisions) => {
            const scene = await sceneOf(ofUsers);
            try {
              await upload(scene, ofRecords);
              const waiting = await previewOf(scene);
              await scene.settle();
              expect((await previewOf(scene)).matching).toEqual(waiting.matching);
              for (const { kind, user, record } of decisions) {
                const [directoryId, recordId] = [userId(user), `r${record}`];
                if (kind === 'choose')
                  await chooseMatch(portsOf(scene), TENANT_ID, SETUP, { directoryId, recordId });
                else await releaseMatch(portsOf(scene), TENANT_ID, SETUP, directoryId);
              }
              const { matching, counts } = await previewOf(scene).then(({ progress, ...one }) => ({
                ...one,
                counts: progress.counts,
              }));
              await scene.settle();
              expect(await listed(scene)).toEqual({
                tied: matching?.tied,
                conflict: matching?.conflict,
                suggested: matching?.suggested,
              });
              await changeSetup(scene, { state: 'started' });
              await scene.settle();
              const all = await people(scene);
              const tied = all.filter(({ recordId }) => recordId !== null).length;
              expect([all.length, tied]).toEqual([counts.create, matching?.tied]);
              const { suggested = 0, conflict = 0, new: fresh = 0 } = matching ?? {};
              expect(all.length - tied).toBe(suggested + fresh);
              expect(ofUsers.length - all.length).toBe(conflict);
              expect((await previewOf(scene)).matching).toEqual(matching);
            } finally {
              await scene.close();
            }
          },
        ),
        { numRuns: 25 },
      ),
  );
});
