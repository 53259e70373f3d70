import { beforeEach, describe, expect, it } from 'vitest';
import { emptyResourceState } from '../../../../shared/core/round.js';
import { aSetupTemplate } from '../../../builders/setup.js';
import { FENCE, group, idOf, OTHER_TENANT, TENANT } from '../../api/sample-rows.js';
import { DRIVERS, HOSTILE, NEW_SETUP, NEWSLETTER, SETUPS, SetupsWorld, STAFF } from './setups-world.js';

const LOOKS = ['preview', 'numbers', 'groups', 'mappings', 'fields'];
const CHANGES = ['start', 'pause', 'groups', 'mappings', 'fields'];

describe('the setups of an administrator', () => {
  let world: SetupsWorld;
  beforeEach(async () => {
    world = await SetupsWorld.open();
    await world.signIn(['setup']);
  });

  const checked = (name: string, value: string, label: string) =>
    new RegExp(`name="${name}" value="${value}" checked(?:="")?/?>\\s*${label}`);

  const location = (answer: { status: number; headers: Readonly<Record<string, string>> }) => [
    answer.status,
    answer.headers['location'],
  ];

  describe('whose link', () => {
    it('was not made for them are shown nowhere and changed by nothing', async () => {
      await world.signIn(['connect', 'credential']);
      const { text } = await world.browser.open(`/api/connect/${TENANT}`);
      expect(text).not.toContain('/session/setups');
      const paths = [SETUPS, NEW_SETUP, `${SETUPS}/front-desk`];
      for (const path of [...paths, ...LOOKS.map((part) => `${SETUPS}/front-desk/${part}`)]) {
        const { status, text: page } = await world.browser.open(path);
        expect([status, page.includes('Front desk')], path).toEqual([403, false]);
      }
      const before = await world.setup();
      for (const page of ['new-setup', ...CHANGES.map((part) => `setups/front-desk/${part}`)])
        expect((await world.submit(page, { groupIds: DRIVERS })).status, page).toBe(403);
      expect(await world.setup()).toEqual(before);
      expect(world.setupWork).toEqual([]);
    });

    it('is for another tenant are not reached, under either address', async () => {
      for (const part of ['', ...LOOKS.map((look) => `/${look}`)]) {
        const theirs = await world.browser.open(`/api/connect/${OTHER_TENANT}/session/setups/theirs${part}`);
        expect(theirs.status).toBe(403);
        const here = await world.page(`theirs${part}`);
        expect([here.status, here.text.includes('Fabrikam')]).toEqual([404, false]);
      }
      for (const part of CHANGES) {
        const form = { remove: '0', groupIds: DRIVERS };
        const list = await world.page('front-desk');
        for (const [address, status] of [
          [`${SETUPS}/theirs/${part}`, 404],
          [`/api/connect/${OTHER_TENANT}/session/setups/theirs/${part}`, 403],
        ] as const)
          expect((await world.sendAs(list, address, form)).status, address).toBe(status);
      }
      expect((await world.stores.setups.get(OTHER_TENANT, 'theirs'))?.value.version).toBe(1);
      expect((await world.page(SETUPS)).text).not.toContain('Of Fabrikam');
    });

    it('takes no form that its own pages did not send', async () => {
      for (const part of CHANGES)
        expect((await world.browser.post(`${SETUPS}/front-desk/${part}`)).status, part).toBe(403);
      expect((await world.browser.post(NEW_SETUP)).status).toBe(403);
      expect((await world.setup()).state).toBe('saved');
    });

    it('names none that there is not', async () => {
      for (const id of ['nobody', 'Nobody', 'x'.repeat(65)]) expect((await world.page(id)).status).toBe(404);
    });
  });

  it('are listed with their states and people', async () => {
    const overview = await world.browser.open(`/api/connect/${TENANT}`);
    expect(overview.text).toContain(`href="${SETUPS}"`);
    const { text } = await world.page(SETUPS);
    expect(text).toContain(`<a href="${SETUPS}/front-desk">Front desk</a>`);
    expect(text).toContain('<td>not started yet</td><td>0</td>');
  });

  it('say what needs attention in them, each thing once', async () => {
    await world.send('front-desk/start', {});
    await world.stores.setupProgresses.save(FENCE, {
      ...{
        setupId: 'front-desk',
        basis: null,
        readiness: 'complete',
        dueAt: null,
        isHolding: false,
        asOf: null,
      },
      missingGroups: [STAFF],
      hiddenGroups: [],
    });
    const { text } = await world.page('front-desk');
    expect(text).toContain('This setup needs attention');
    const name = `Staff ${HOSTILE}`.replaceAll('"', '&quot;').replaceAll('<', '&lt;');
    expect(text.split(`The group “${name}” (${STAFF}) is not in the directory any more`)).toHaveLength(2);
    expect((await world.page(SETUPS)).text).toContain('started, needs attention');
    await world.send('front-desk/pause', {});
    expect((await world.page('front-desk')).text).not.toContain('needs attention');
  });

  it('are started, paused and started again', async () => {
    expect((await world.page('front-desk')).text).toContain('This setup is not started yet.');
    expect(location(await world.send('front-desk/start', {}))).toEqual([303, `${SETUPS}/front-desk`]);
    expect((await world.setup()).state).toBe('started');
    expect((await world.page('front-desk')).text).toContain('>Pause</button>');
    await world.send('front-desk/pause', {});
    expect((await world.setup()).state).toBe('paused');
    expect((await world.page('front-desk')).text).toContain('>Start again</button>');
    await world.send('front-desk/start', {});
    expect((await world.setup()).state).toBe('started');
    expect(world.setupWork).toEqual(Array.from({ length: 3 }, () => `${TENANT} front-desk`));
  });

  it('are not started where what they name is gone, and say what', async () => {
    await world.stores.mirror.removeGroups(FENCE, [STAFF]);
    const { status, text } = await world.send('front-desk/start', {});
    expect(status).toBe(422);
    expect(text).toContain('It was not started');
    expect(text).toContain(`There is no group ${STAFF} in the directory.`);
    expect((await world.setup()).state).toBe('saved');
    expect((await world.page('front-desk/groups')).text).toMatch(/id="group-0"[^>]*>There is no group/);
  });

  it('are not started by a page that shows an older version', async () => {
    const before = await world.page('front-desk');
    await world.send('front-desk/groups', { groupIds: DRIVERS });
    const { status, text } = await world.sendAs(before, `${SETUPS}/front-desk/start`, {});
    expect([status, text]).toEqual([422, expect.stringContaining('This setup was changed since')]);
  });

  it('show in a preview who would come, and in numbers why', async () => {
    const preview = (await world.page('front-desk/preview')).text;
    expect(preview).toContain('<th scope="row">are added</th><td>2</td>');
    expect(preview).toContain('Some who are added');
    expect(preview).toContain('Ada &lt;script>');
    const numbers = (await world.page('front-desk/numbers')).text;
    expect(numbers).toContain('<dt>Entra shows</dt><dd>2</dd><dt>People here</dt><dd>2</dd>');
    expect((await world.page('front-desk/preview?after=nonsense')).status).toBe(400);
  });

  describe('before the first read', () => {
    const UNREAD = [
      SETUPS,
      `${SETUPS}/front-desk`,
      `${SETUPS}/front-desk/preview`,
      `${SETUPS}/front-desk/numbers`,
    ];
    beforeEach(async () => {
      for (const resource of ['users', 'groups'] as const)
        await world.stores.syncStates.save(FENCE, emptyResourceState(resource));
    });

    it('say that nothing was read and offer to read, instead of counting nobody', async () => {
      for (const path of UNREAD) {
        const { text } = await world.page(path);
        expect(text, path).toContain('Nothing was read yet.');
        expect(text, path).toContain('Read now</button>');
      }
      const preview = (await world.page('front-desk/preview')).text;
      expect(preview).not.toMatch(/<td>0<\/td>|are added/);
      expect(preview).toContain('name="setup" value="front-desk"');
    });

    it('lead to the progress once the read was requested', async () => {
      await world.submit('read');
      for (const path of UNREAD) {
        const { text } = await world.page(path);
        expect(text, path).toContain('See how far it is');
        expect(text, path).not.toContain('Read now');
      }
    });

    it('offer no read that would be refused, and say why', async () => {
      const stored = (await world.stores.tenants.get(TENANT))!;
      const states = [
        [{ paused: true }, 'Reading is paused, and Olga &lt;Operator> can resume it.'],
        [{ paused: false, state: { kind: 'awaitingConsent', since: 't' } }, 'See on the overview what to do'],
      ] as const;
      let { tag } = stored;
      for (const [change, words] of states) {
        ({ tag } = await world.stores.tenants.save({ ...stored.value, ...change }, tag));
        for (const path of UNREAD) {
          const { text } = await world.page(path);
          expect(text, path).toContain('Nothing was read yet.');
          expect(text, path).toContain(words);
          expect(text, path).not.toContain('Read now');
        }
      }
    });

    it('call groups by the names that the directory tells, and say so of those not known yet', async () => {
      await world.stores.mirror.removeGroups(FENCE, [STAFF]);
      const pages = ['front-desk', 'front-desk/groups', 'front-desk/mappings'];
      await world.send('front-desk/mappings', { groupId: STAFF, gifts: 'role:host' });
      for (const path of pages)
        expect((await world.page(path)).text, path).toContain('a group whose name is not known yet');
      world.searchAnswer = [group(101, { attributes: { displayName: 'Staff of Graph' } })];
      for (const path of pages) {
        const { text } = await world.page(path);
        expect(text, path).toContain('Staff of Graph');
        expect(text, path).not.toContain('not known yet');
      }
    });
  });

  it('call the organization by its name', async () => {
    const stored = (await world.stores.organizations.get('org-1'))!;
    await world.stores.organizations.save({ ...stored.value, designation: 'Contoso Canteens' }, stored.tag);
    expect((await world.page('front-desk')).text).toContain('<dd>Contoso Canteens</dd>');
  });

  describe('and their groups', () => {
    it('are found by any part of a name, by object id, and page by page', async () => {
      const found = async (search: string) => {
        const query = new URLSearchParams({ search }).toString();
        const { text } = await world.page(`front-desk/groups?${query}`);
        return [...text.matchAll(/name="groupIds" value="([^"]+)"/g)].map((match) => match[1]);
      };
      expect(await found('iver')).toEqual([DRIVERS]);
      expect(await found(` {${DRIVERS.toUpperCase()}} `)).toEqual([DRIVERS]);
      expect(await found('newsletter')).toEqual([]);
      const pages = [];
      let page = '1';
      while (page !== '') {
        const turn = page === '1' ? { search: 'team', find: 'yes' } : { shownSearch: 'team', page };
        const { text } = await world.send('front-desk/groups', turn);
        pages.push([...text.matchAll(/name="groupIds"/g)].length);
        page = /name="page" value="(\d+)">More groups/.exec(text)?.[1] ?? '';
      }
      expect(pages).toEqual([20, 20, 5]);
    });

    it('stay ticked while other groups are searched for', async () => {
      const ticked = { groupIds: [DRIVERS], search: 'team 10', find: 'yes' };
      const { status, text } = await world.send('front-desk/groups', ticked);
      expect(status).toBe(200);
      expect(text).toMatch(checked('groupIds', DRIVERS, 'Drivers'));
      expect(text).toMatch(/name="groupIds" value="[^"]+"\/> Team 10/);
      expect((await world.setup()).document.scope.groupIds).toEqual([STAFF]);
    });

    it('are added and removed, and the last one is not', async () => {
      expect(location(await world.send('front-desk/groups', { groupIds: [DRIVERS] }))).toEqual([
        303,
        `${SETUPS}/front-desk/groups`,
      ]);
      expect((await world.setup()).document.scope).toMatchObject({
        kind: 'groups',
        groupIds: [STAFF, DRIVERS],
      });
      await world.send('front-desk/groups', { remove: STAFF });
      expect((await world.setup()).document.scope.groupIds).toEqual([DRIVERS]);
      const { status, text } = await world.send('front-desk/groups', { remove: DRIVERS });
      expect(status).toBe(422);
      expect(text).toMatch(/id="choice-problem"[^>]*>Name at least one group\./);
      expect((await world.setup()).document.scope.groupIds).toEqual([DRIVERS]);
    });

    it.each([
      ['that there is not', idOf(404), 'There is no group'],
      ['that may not be named', NEWSLETTER, 'is not security-enabled'],
      ['that is no id', HOSTILE, 'There is no group'],
    ])('are refused beside the choice: one %s', async (_, id, words) => {
      const before = await world.setup();
      const { status, text } = await world.send('front-desk/groups', { groupIds: [id] });
      expect(status).toBe(422);
      expect(/id="choice-problem"[^>]*>([^<]*)/.exec(text)?.[1]).toContain(words);
      expect(text).not.toContain('<script>');
      expect(await world.setup()).toEqual(before);
    });

    it('are not changed by a page that shows an older version', async () => {
      const before = await world.page('front-desk/groups');
      await world.send('front-desk/groups', { groupIds: [DRIVERS] });
      const { status, text } = await world.sendAs(before, `${SETUPS}/front-desk/groups`, { remove: STAFF });
      expect([status, text]).toEqual([422, expect.stringContaining('Somebody else changed')]);
      expect((await world.setup()).document.scope.groupIds).toEqual([STAFF, DRIVERS]);
    });

    it('are asked of Graph where the mirror has none, for this tenant alone', async () => {
      world.searchAnswer = [group(500, { attributes: { displayName: 'Brand new', securityEnabled: true } })];
      expect((await world.page('front-desk/groups?search=brand')).text).toContain('Brand new');
      expect(world.searched).toEqual([{ tenantId: TENANT, text: 'brand' }]);
    });
  });

  describe('and their mappings', () => {
    it('are made of a group and what the organization has, and removed', async () => {
      const { text } = await world.page('front-desk/mappings?search=driv&give=kitch');
      expect(text).toContain('value="costCenter:cc-7"');
      expect(text).not.toContain('value="role:host"');
      expect(text).not.toContain('Theirs');
      const gifts = ['role:host', 'costCenter:cc-7', 'host:north'];
      await world.send('front-desk/mappings', { groupId: DRIVERS, gifts });
      expect((await world.setup()).document.grants).toEqual([
        {
          source: { kind: 'group', groupId: DRIVERS },
          roles: ['host'],
          memberships: [{ kind: 'costCenter', id: 'cc-7' }],
          hostsOf: ['north'],
          organizationalUnits: [],
        },
      ]);
      const shown = (await world.page('front-desk/mappings')).text;
      expect(shown).toContain('Members of Drivers');
      expect(shown).toContain('Host of reception: North door');
      await world.send('front-desk/mappings', { remove: '0' });
      expect((await world.setup()).document.grants).toEqual([]);
    });

    it('keep the group and the gifts that were ticked while others are searched for', async () => {
      const ticked = { groupId: DRIVERS, gifts: ['role:host'], search: 'staff', give: 'kitch', find: 'yes' };
      const { status, text } = await world.send('front-desk/mappings', ticked);
      expect(status).toBe(200);
      expect(text).toMatch(checked('groupId', DRIVERS, 'Drivers'));
      expect(text).toMatch(checked('gifts', 'role:host', 'Role: Host'));
      expect(text).toContain('value="costCenter:cc-7"');
      expect(text).toContain(`value="${STAFF}"`);
      expect((await world.setup()).document.grants).toEqual([]);
    });

    it.each([
      ['no group', { gifts: 'role:host' }, 'Choose the group'],
      ['nothing to give', { groupId: DRIVERS }, 'Choose what its members get'],
      ['a kind that there is not', { groupId: DRIVERS, gifts: 'crown:host' }, 'Choose what'],
      ["another organization's", { groupId: DRIVERS, gifts: 'costCenter:theirs' }, 'has no cost center'],
      ['a group that there is not', { groupId: idOf(404), gifts: 'role:host' }, 'There is no group'],
    ])('say beside the choice what is wrong with %s', async (_, form, words) => {
      const { status, text } = await world.send('front-desk/mappings', form);
      expect(status).toBe(422);
      expect(/id="choice-problem"[^>]*>([^<]*)/.exec(text)?.[1]).toContain(words);
      expect((await world.setup()).document.grants).toEqual([]);
    });
  });

  it('share the attributes that are ticked, and go back to their preset', async () => {
    const { text } = await world.page('front-desk/fields');
    const all = [...text.matchAll(/name="shared" value="([^"]+)"/g)].map((match) => match[1]!);
    expect(all).toContain('jobTitle');
    const shared = all.filter((name) => name !== 'jobTitle');
    expect(location(await world.send('front-desk/fields', { shared: [...shared, 'nothing'] }))[0]).toBe(303);
    const { attributes } = (await world.setup()).document;
    expect(attributes.fields).toEqual([
      { from: 'jobTitle', to: 'jobTitle', policy: 'neverBlank', visible: false, usableInRules: true },
    ]);
    await world.send('front-desk/fields', { shared: all });
    expect((await world.setup()).document.attributes.fields).toEqual([]);
  });

  describe('that are new', () => {
    const form = { template: 'standard', designation: 'Café Nørd', groupIds: [DRIVERS] };

    it('are made from a template with a group that was searched for', async () => {
      const list = (await world.page(NEW_SETUP)).text;
      expect(list).toContain(`href="${NEW_SETUP}?template=standard"`);
      expect(list).toContain('Workplace &lt;script>');
      const page = await world.page(`${NEW_SETUP}?template=standard&search=driv`);
      expect(page.text).toContain(`value="${DRIVERS}"`);
      const answer = await world.sendAs(page, NEW_SETUP, form);
      expect(location(answer)).toEqual([303, `${SETUPS}/cafe-n-rd`]);
      const { state, document } = await world.setup('cafe-n-rd');
      expect([state, document.designation, document.organizationId]).toEqual(['saved', 'Café Nørd', 'org-1']);
      expect(document.scope).toMatchObject({ kind: 'rootGroup', groupIds: [DRIVERS] });
      // What the template gave by a group of another directory is left out.
      expect(document.grants.map(({ source }) => source.kind)).toEqual(['rule']);
      expect(location(await world.sendAs(page, NEW_SETUP, form))[1]).toBe(`${SETUPS}/cafe-n-rd-2`);
      expect(world.setupWork).toEqual([]);
    });

    it('keep the name and the ticks while other groups are searched for', async () => {
      const first = await world.page(`${NEW_SETUP}?template=standard`);
      const search = { ...form, designation: 'My <name>', search: 'staff', find: 'yes' };
      const second = await world.sendAs(first, NEW_SETUP, search);
      expect(second.status).toBe(200);
      expect(second.text).toContain('value="My &lt;name>"');
      expect(second.text).toMatch(checked('groupIds', DRIVERS, 'Drivers'));
      expect(second.text).toMatch(new RegExp(`name="groupIds" value="${STAFF}"/>`));
      const third = await world.sendAs(second, NEW_SETUP, { ...search, search: 'nothing like it' });
      expect(third.text).toMatch(checked('groupIds', DRIVERS, 'Drivers'));
      expect(await world.stores.setups.all(TENANT)).toHaveLength(1);
    });

    it.each([
      ['nothing was chosen', {}, 'Tick at least one group, or choose everybody'],
      ['no group was ticked', { who: 'groups' }, 'Tick at least one group, or choose everybody'],
      ['groups and everybody were chosen', { who: 'everybody', groupIds: [DRIVERS] }, 'Untick the groups'],
    ])('are not made if %s, and keep what was entered', async (_, chosen, words) => {
      const { scope } = world.document();
      const document = { ...world.document(), scope: { ...scope, kind: 'directory', groupIds: [] } } as const;
      await world.stores.setupTemplates.save(aSetupTemplate({ templateId: 'whole', document }), null);
      const page = await world.page(`${NEW_SETUP}?template=whole`);
      expect(page.text).not.toMatch(/value="everybody" checked/);
      const entered = { template: 'whole', designation: 'Kept name', ...chosen };
      const { status, text } = await world.sendAs(page, NEW_SETUP, entered);
      expect(status).toBe(422);
      expect(/id="groupIds-problem"[^>]*>([^<]*)/.exec(text)?.[1]).toContain(words);
      expect(text).toContain('value="Kept name"');
      expect(await world.stores.setups.all(TENANT)).toHaveLength(1);
    });

    it('are of the whole directory if everybody was chosen', async () => {
      const page = await world.page(`${NEW_SETUP}?template=standard`);
      const entered = { template: 'standard', designation: 'All', who: 'everybody' };
      expect(location(await world.sendAs(page, NEW_SETUP, entered))).toEqual([303, `${SETUPS}/all`]);
      expect((await world.setup('all')).document.scope).toMatchObject({ kind: 'directory', groupIds: [] });
    });

    it.each([
      ['without a name', { designation: ' ' }, 'designation', 'Give it a name'],
      ['of a group that there is not', { groupIds: [idOf(404)] }, 'groupIds', 'There is no group'],
      ["of another tenant's organization", { organizationId: 'org-2' }, 'organizationId', 'Choose whom'],
    ])('are refused at the field: one %s', async (_, over, field, words) => {
      const page = await world.page(`${NEW_SETUP}?template=standard`);
      const { status, text } = await world.sendAs(page, NEW_SETUP, { ...form, ...over });
      expect(status).toBe(422);
      expect(new RegExp(`id="${field}-problem"[^>]*>([^<]*)`).exec(text)?.[1]).toContain(words);
      expect(await world.stores.setups.all(TENANT)).toHaveLength(1);
    });

    it('come from no template that there is not', async () => {
      expect((await world.page(`${NEW_SETUP}?template=nobody`)).status).toBe(404);
      expect((await world.page(`${NEW_SETUP}?template=..%2f`)).status).toBe(404);
    });
  });

  it('keep every text of the directory and the operator text', async () => {
    await world.send('front-desk/mappings', { groupId: STAFF, gifts: 'role:host' });
    const pages = [SETUPS, NEW_SETUP, `${NEW_SETUP}?template=standard`, `${SETUPS}/front-desk`];
    const query = new URLSearchParams({ search: HOSTILE, give: HOSTILE }).toString();
    for (const path of [
      ...pages,
      ...LOOKS.flatMap((part) => [`front-desk/${part}`, `front-desk/${part}?${query}`]),
    ]) {
      const { status, text } = await world.page(path);
      expect(status, path).toBe(200);
      expect(text, path).not.toContain('<script');
    }
  });
});
