import { beforeEach, describe, expect, it } from 'vitest';
import { emptyResourceState } from '../../../../shared/core/round.js';
import { aCause, aChange, aPerson } from '../../../builders/person.js';
import { edge, FENCE, group, idOf, OTHER_TENANT, TENANT, user } from '../../api/sample-rows.js';
import { HOSTILE, SETUPS, SetupsWorld, STAFF } from './setups-world.js';

const PEOPLE = `${SETUPS}/front-desk/people`;
const HOSTILE_TEXT = HOSTILE.replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** The people whose names a list shows, in its order. */
function listed(text: string): string[] {
  return [...text.matchAll(/people\/[0-9a-f-]{36}">([^<]+)/g)].map(([, name = '']) => name);
}

function moreLink(text: string): string {
  return (/href="([^"]+)">More people/.exec(text)?.[1] ?? '').replaceAll('&amp;', '&');
}

describe('the people of an administrator', () => {
  let world: SetupsWorld;
  beforeEach(async () => {
    world = await SetupsWorld.open();
    await world.signIn(['setup']);
  });

  async function withPeople(...people: Parameters<typeof aPerson>[0][]): Promise<void> {
    const changes = people.map((values) =>
      aChange(null, aPerson({ tenantId: TENANT, setupId: 'front-desk', ...values })),
    );
    await world.stores.people.write(FENCE, changes, aCause());
  }
  const person = (number: number, displayName: string) => ({
    id: `front-desk.${idOf(number)}`,
    directoryId: idOf(number),
    displayName,
    mail: `u${number}@contoso.example`,
    userPrincipalName: `u${number}@contoso.example`,
  });

  it('are listed with their status, and none of another setup', async () => {
    await withPeople(
      person(1, `Ada ${HOSTILE}`),
      { ...person(2, 'Bo'), status: 'disabled', statusReason: 'leftScope', removalHeld: true },
      { ...person(3, 'Gone'), status: 'removed' },
      { ...person(4, 'Elsewhere'), id: `other.${idOf(4)}`, setupId: 'other' },
    );
    const { status, text } = await world.page(PEOPLE);
    expect(status).toBe(200);
    expect(listed(text).sort()).toEqual([`Ada ${HOSTILE_TEXT}`, 'Bo']);
    expect(text).toContain('disabled: left the setup, removal held');
    expect(text).not.toContain('Elsewhere');
  });

  it('come page by page, each once', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `Person ${at + 100}`);
    await withPeople(...names.map((name, at) => person(at + 300, name)));
    const seen: string[] = [];
    let address = PEOPLE;
    for (let pages = 0; address !== '' && pages < 10; pages += 1) {
      const { text } = await world.page(address);
      expect(listed(text).length).toBeLessThanOrEqual(25);
      seen.push(...listed(text));
      address = moreLink(text);
    }
    expect(seen.sort()).toEqual(names.sort());
  });

  it('are found by the beginning of a word', async () => {
    await withPeople(person(1, 'Ada Lovelace'), person(2, 'Bo Love'), person(3, 'Cy'));
    expect(listed((await world.page(`${PEOPLE}?search=lov`)).text).sort()).toEqual([
      'Ada Lovelace',
      'Bo Love',
    ]);
    expect(listed((await world.page(`${PEOPLE}?search=lovela`)).text)).toEqual(['Ada Lovelace']);
    const { text } = await world.page(`${PEOPLE}?search=nobody`);
    expect(text).toContain('Nobody was found.');
    expect(text).not.toContain('Not everybody can be found yet');
    const searchIndex = { version: 1, nextBucket: 3 };
    await world.stores.syncStates.save(FENCE, { ...emptyResourceState('users'), searchIndex });
    expect((await world.page(`${PEOPLE}?search=nobody`)).text).toContain('Not everybody can be found yet');
    expect((await world.page(PEOPLE)).text).not.toContain('Not everybody can be found yet');
  });

  it('are found among everybody in the directory too, so that who is missing can be explained', async () => {
    expect(listed((await world.page(`${PEOPLE}?search=cy`)).text)).toEqual([]);
    expect(listed((await world.page(`${PEOPLE}?search=cy&among=directory`)).text)).toEqual(['Cy']);
  });

  it('take a search of any length and refuse a position that no page gave out', async () => {
    expect((await world.page(`${PEOPLE}?search=${'x'.repeat(5_000)}`)).status).toBe(200);
    for (const after of ['nonsense', 'e30=', 'A'.repeat(6_000)]) {
      const { status, text } = await world.page(`${PEOPLE}?after=${after}`);
      expect([status, text]).toEqual([400, expect.stringContaining('This is no part of the list.')]);
    }
  });

  it('are explained: in, with what each group gives and by which way', async () => {
    await world.stores.mirror.writeGroups(FENCE, [group(104, { attributes: { displayName: 'Nested' } })]);
    await world.stores.mirror.createEdges(FENCE, [edge(101, 104, 'group'), edge(104, 3, 'user')]);
    await world.send('front-desk/mappings', { groupId: STAFF, gifts: ['role:host', 'costCenter:cc-7'] });
    const { text } = await world.page(`${PEOPLE}/${idOf(3)}`);
    expect(text).toContain('<h1>Cy</h1>');
    expect(text).toContain('<strong>In this setup.</strong> Every check of the setup is passed.');
    expect(text).toContain('The person is added once the setup is started.');
    expect(text).toContain(`<strong>Role: Host ${HOSTILE_TEXT} (visitors)</strong>`);
    expect(text).toContain(`member of Staff ${HOSTILE_TEXT} via Nested`);
    expect(text).toContain('<strong>Cost center: Kitchen</strong>');
  });

  it('are explained: out, with the check that failed and what to do', async () => {
    const { text } = await world.page(`${PEOPLE}/${idOf(3)}`);
    expect(text).toContain('<strong>Not in this setup.</strong> The user is in none of the groups');
    expect(text).toMatch(/is in a group of the setup<\/th><td>no</);
  });

  it.each([
    ['a disabled account', { accountEnabled: false }, 'The account is disabled in Entra'],
    ['a guest', { userType: 'Guest' }, 'The user is a guest'],
  ])('are explained: %s', async (_, attributes, words) => {
    const all = { displayName: 'Bo', accountEnabled: true, userType: 'Member', ...attributes };
    await world.stores.mirror.writeUsers(FENCE, [user(2, { attributes: all })]);
    expect((await world.page(`${PEOPLE}/${idOf(2)}`)).text).toContain(words);
  });

  it('show how a person stands, and never a value that is not shared', async () => {
    await withPeople({
      ...person(1, 'Ada'),
      ...{ status: 'disabled', statusReason: 'leftScope', deleteAfter: '2026-06-01T00:00:00.000Z' },
      ...{ recordError: `No seat left ${HOSTILE}` },
    });
    await world.stores.mirror.writeUsers(FENCE, [
      user(1, { attributes: { displayName: 'Ada', jobTitle: 'Secret agent', accountEnabled: true } }),
    ]);
    const shared = (await world.page(`${PEOPLE}/${idOf(1)}`)).text;
    expect(shared).toContain('Secret agent');
    expect(shared).toContain('disabled: left the setup');
    expect(shared).toContain('2026-06-01 00:00 UTC');
    expect(shared).toContain(`No seat left ${HOSTILE_TEXT}`);
    const fields = (await world.page('front-desk/fields')).text;
    const others = [...fields.matchAll(/name="shared" value="([^"]+)"/g)].map(([, to = '']) => to);
    await world.send('front-desk/fields', { shared: others.filter((to) => to !== 'jobTitle') });
    const { text } = await world.page(`${PEOPLE}/${idOf(1)}`);
    expect(text).not.toContain('Secret agent');
    expect(text).toMatch(/jobTitle<\/th><td>not shared/);
  });

  it('are of this tenant and setup alone', async () => {
    const addresses = [
      `${PEOPLE}/${idOf(999)}`,
      `${PEOPLE}/front-desk.${idOf(1)}`,
      `${PEOPLE}/${'x'.repeat(3_000)}`,
      `${SETUPS}/theirs/people`,
      `${SETUPS}/theirs/people/${idOf(1)}`,
    ];
    for (const address of addresses) expect((await world.page(address)).status, address).toBe(404);
    const theirs = `/api/connect/${OTHER_TENANT}/session/setups/theirs/people`;
    expect((await world.page(theirs)).status).toBe(403);
  });

  it('are hidden from links that were made for something else', async () => {
    await world.signIn(['connect', 'credential']);
    for (const address of [PEOPLE, `${PEOPLE}/${idOf(1)}`]) {
      const { status, text } = await world.page(address);
      expect([status, text]).toEqual([403, expect.stringContaining('Your link was not made for this.')]);
    }
  });

  it('of a directory that was not read are not counted as nobody', async () => {
    const before = await SetupsWorld.open();
    await before.signIn(['setup']);
    const stored = (await before.stores.tenants.get(TENANT))!;
    await before.stores.tenants.save({ ...stored.value, bucketCount: null }, stored.tag);
    for (const resource of ['users', 'groups'] as const)
      await before.stores.syncStates.save(FENCE, emptyResourceState(resource));
    const { text } = await before.page(PEOPLE);
    expect(text).toContain('Nothing was read yet.');
    expect(text).toContain('Read now</button>');
  });
});
