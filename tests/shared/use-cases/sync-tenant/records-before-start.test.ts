import { afterEach, describe, expect, it } from 'vitest';
import type { DirectoryChange } from '../../../../local/graph/control-api.js';
import { createSetupWork } from '../../../../shared/adapters/bus/setup-work.js';
import { phoneNumbers } from '../../../../shared/adapters/phone/phone-numbers.js';
import type { ProductRecord } from '../../../../shared/core/matching/product-record.js';
import type { Setup } from '../../../../shared/core/setup/setup.js';
import { chooseMatch } from '../../../../shared/use-cases/matching/decide-match.js';
import { receiveRecords } from '../../../../shared/use-cases/matching/receive-records.js';
import { aSetup, aSetupDocument } from '../../../builders/setup.js';
import { COALESCING, TENANT_ID } from '../../../histories/world.js';
import { userId, users } from './changes.js';
import { changeSetup, guardOff, people, SETUP, tell } from './people-scene.js';
import { hostView, Scene } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

const mailOf = (n: number): string => `person-${n}@contoso.example`;
const withMail = (
  n: number,
  attributes: Readonly<Record<string, string | readonly string[] | null>> = { mail: mailOf(n) },
): DirectoryChange => ({ kind: 'updateUser', id: userId(n), attributes });

function ports() {
  const { ports: host } = scene.world.host(hostView());
  return { ...host, ...scene.world.stores, setupWork: createSetupWork(host, COALESCING), phoneNumbers };
}

/** Records with these mails, each named by it. */
async function upload(...mails: readonly string[]): Promise<void> {
  const rows = (async function* (): AsyncIterable<ProductRecord> {
    await Promise.resolve();
    const nothing = { entraId: null, initials: null, displayName: null, jobTitle: null, country: null };
    for (const mail of mails) yield { ...nothing, recordId: `r-${mail}`, mail, phones: [], values: {} };
  })();
  await receiveRecords(ports(), { tenantId: TENANT_ID, setupId: SETUP, mode: 'replace' }, rows);
}

async function saveSetup(state: Setup['state'] = 'saved', match: readonly ('mail' | 'alias')[] = ['mail']) {
  const document = aSetupDocument({ removalGuard: guardOff, match: [...match] });
  await scene.world.stores.setups.insert(aSetup({ tenantId: TENANT_ID, setupId: SETUP, document, state }));
  await tell(scene, SETUP);
}

/** `{user}-{record}`, and who is in which conflict. */
async function matched(): Promise<{ readonly ties: string[]; readonly conflicts: string[] }> {
  const { matches, matchConflicts } = scene.world.stores;
  const ties: string[] = [];
  for await (const rows of matches.scan(await scene.scope(), SETUP))
    for (const { directoryId, tie } of rows) if (tie !== null) ties.push(`${directoryId} ${tie.recordId}`);
  const { rows } = await matchConflicts.list(TENANT_ID, SETUP, { after: null, limit: 100 });
  const conflicts = rows.map(({ directoryIds, reasons }) => `${directoryIds.join()} ${reasons.join()}`);
  return { ties: ties.sort(), conflicts };
}

describe('records of a setup that is not started', () => {
  it('are matched as soon as they are uploaded, and nobody becomes a person', async () => {
    scene = await Scene.synced([...users(3), withMail(0), withMail(1), withMail(2, { mail: mailOf(1) })], {
      started: false,
    });
    await saveSetup();
    await upload(mailOf(0), mailOf(1));
    await scene.settle();
    expect(await scene.world.stores.recordUploads.open(TENANT_ID, SETUP)).toEqual([]);
    expect(await matched()).toEqual({
      ties: [`${userId(0)} r-${mailOf(0)}`],
      conflicts: [`${userId(1)},${userId(2)} severalUsers`],
    });
    expect(await people(scene)).toEqual([]);
  });

  it('follow the directory until the start', async () => {
    scene = await Scene.synced([...users(2), withMail(0)], { started: false });
    await saveSetup();
    await upload(mailOf(0), mailOf(1));
    await scene.settle();
    await scene.change(withMail(1));
    await scene.sync({ jobs: ['users'] });
    expect((await matched()).ties).toEqual([`${userId(0)} r-${mailOf(0)}`, `${userId(1)} r-${mailOf(1)}`]);
    expect(await people(scene)).toEqual([]);
  });

  it('are matched by a first reading that comes after them', async () => {
    scene = await Scene.open([...users(2), withMail(0)], { started: false });
    await saveSetup();
    await upload(mailOf(0));
    await scene.settle();
    expect(await scene.world.stores.recordUploads.open(TENANT_ID, SETUP)).toMatchObject([
      { status: 'waiting' },
    ]);
    await scene.sync({ jobs: ['users', 'groups'] });
    expect((await matched()).ties).toEqual([`${userId(0)} r-${mailOf(0)}`]);
  });

  it('are matched by a key whose attribute is read for that', async () => {
    const proxyAddresses = [`SMTP:new@contoso.example`, `smtp:${mailOf(0)}`];
    scene = await Scene.synced([...users(1), withMail(0, { mail: null, proxyAddresses })], {
      started: false,
    });
    await saveSetup('saved', ['alias']);
    await upload(mailOf(0));
    await scene.settle();
    expect((await matched()).ties).toEqual([`${userId(0)} r-${mailOf(0)}`]);
  });

  it('become those of people at the start, with what an operator chose before', async () => {
    scene = await Scene.synced([...users(3), withMail(0), withMail(1), withMail(2, { mail: mailOf(1) })], {
      started: false,
    });
    await saveSetup();
    await upload(mailOf(0), mailOf(1));
    await scene.settle();
    const pair = { directoryId: userId(2), recordId: `r-${mailOf(1)}` };
    expect(await chooseMatch(ports(), TENANT_ID, SETUP, pair)).toEqual({ kind: 'chosen' });
    await scene.settle();
    expect((await matched()).conflicts).toEqual([]);
    await changeSetup(scene, { state: 'started' });
    await scene.settle();
    const records = (await people(scene)).map((one) => [one.directoryId, one.recordId, one.matchedBy]);
    expect(records.sort()).toEqual([
      [userId(0), `r-${mailOf(0)}`, 'mail'],
      [userId(1), null, null],
      [userId(2), `r-${mailOf(1)}`, 'chosen'],
    ]);
  });

  it('are matched while it is paused too, and its people follow once it goes on', async () => {
    scene = await Scene.synced([...users(1), withMail(0)], { started: false });
    await saveSetup('started');
    await scene.settle();
    await changeSetup(scene, { state: 'paused' });
    await upload(mailOf(0));
    await scene.settle();
    expect((await matched()).ties).toEqual([`${userId(0)} r-${mailOf(0)}`]);
    expect((await people(scene)).map(({ recordId }) => recordId)).toEqual([null]);
    await changeSetup(scene, { state: 'started' });
    await scene.settle();
    expect((await people(scene)).map(({ recordId }) => recordId)).toEqual([`r-${mailOf(0)}`]);
  });
});
