import type { MirrorGroup, MirrorUser } from '../../../../shared/core/mirror-rows.js';
import { emptyResourceState } from '../../../../shared/core/round.js';
import type { Setup, SetupDocument } from '../../../../shared/core/setup/setup.js';
import { aSetup, aSetupDocument, aSetupTemplate } from '../../../builders/setup.js';
import { edge, FENCE, group, idOf, OTHER_TENANT, tenant, TENANT, user } from '../../api/sample-rows.js';
import type { PageAnswer } from '../browse.js';
import { Site } from './site.js';

export const SETUPS = `/api/connect/${TENANT}/session/setups`;
export const NEW_SETUP = `/api/connect/${TENANT}/session/new-setup`;
export const STAFF = idOf(101);
export const DRIVERS = idOf(102);
export const NEWSLETTER = idOf(103);
export const HOSTILE = `<script>alert("x")</script>`;

const live = (number: number, displayName: string, securityEnabled = true): MirrorGroup =>
  group(number, { attributes: { displayName, securityEnabled } });
const named = (number: number, displayName: string): MirrorUser =>
  user(number, {
    attributes: { displayName, accountEnabled: true, userType: 'Member', mail: `u${number}@contoso.example` },
  });

/** Two tenants with a setup each; the first one's directory was read. */
export class SetupsWorld extends Site {
  static async open(): Promise<SetupsWorld> {
    const world = new SetupsWorld();
    const { stores } = world;
    await stores.tenants.create(tenant({ organizationIds: ['org-1'], bucketCount: FENCE.bucketCount }));
    await stores.tenants.create(
      tenant({ tenantId: OTHER_TENANT, displayName: 'Fabrikam', organizationIds: ['org-2'] }),
    );
    for (const id of ['org-1', 'org-2'])
      await stores.organizations.save({ id, designation: id, externalId: null, region: null }, null);
    const entry = { organizationId: 'org-1', module: null, parentId: null };
    await stores.catalogEntries.insert({
      ...entry,
      ...{ kind: 'role', id: 'host', designation: `Host ${HOSTILE}`, module: 'visitors' },
    });
    await stores.catalogEntries.insert({ ...entry, kind: 'costCenter', id: 'cc-7', designation: 'Kitchen' });
    await stores.catalogEntries.insert({
      ...entry,
      kind: 'reception',
      id: 'north',
      designation: 'North door',
    });
    const foreign = { ...entry, organizationId: 'org-2' };
    await stores.catalogEntries.insert({
      ...foreign,
      kind: 'costCenter',
      id: 'theirs',
      designation: 'Theirs',
    });
    await world.#mirror();
    await stores.setups.insert(aSetup({ setupId: 'front-desk', document: world.document() }));
    await stores.setups.insert(
      aSetup({
        tenantId: OTHER_TENANT,
        setupId: 'theirs',
        document: aSetupDocument({ designation: 'Of Fabrikam', organizationId: 'org-2' }),
      }),
    );
    await stores.setupTemplates.save(aSetupTemplate({ document: templateOf(world.document()) }), null);
    return world;
  }

  document(values: Partial<SetupDocument> = {}): SetupDocument {
    const { scope } = aSetupDocument();
    return aSetupDocument({
      designation: 'Front desk',
      scope: { ...scope, kind: 'rootGroup', groupIds: [STAFF] },
      attributes: {
        preset: 'contactCard',
        fields: [],
        mailFallback: null,
        initialsFrom: null,
        connection: null,
      },
      ...values,
    });
  }

  async #mirror(): Promise<void> {
    const { mirror, syncStates } = this.stores;
    await mirror.writeUsers(FENCE, [named(1, `Ada ${HOSTILE}`), named(2, 'Bo'), named(3, 'Cy')]);
    const groups = [live(101, `Staff ${HOSTILE}`), live(102, 'Drivers'), live(103, 'Newsletter', false)];
    const many = Array.from({ length: 45 }, (_, at) => live(200 + at, `Team ${at + 10}`));
    await mirror.writeGroups(FENCE, [...groups, ...many]);
    await mirror.createEdges(FENCE, [edge(101, 1, 'user'), edge(101, 2, 'user'), edge(102, 3, 'user')]);
    const completed = { roundId: 'r', kind: 'full', beganAt: 't', completedAt: 't' } as const;
    const counts = { created: 0, updated: 0, softDeleted: 0, restored: 0, deleted: 0 };
    const last = { ...completed, pages: 1, objects: 2, counts, warnings: [] };
    for (const resource of ['users', 'groups'] as const)
      await syncStates.save(FENCE, {
        ...emptyResourceState(resource),
        ...{ pristine: false, last, deltaLink: 'link' },
      });
  }

  async setup(setupId = 'front-desk'): Promise<Setup> {
    return (await this.stores.setups.get(TENANT, setupId))!.value;
  }

  page(path: string): Promise<PageAnswer> {
    return this.browser.open(path.startsWith('/') ? path : `${SETUPS}/${path}`);
  }

  /** Sends a form to a page as the page itself would, with the version that it shows. */
  async send(path: string, form: Readonly<Record<string, string | readonly string[]>>): Promise<PageAnswer> {
    const address = path.startsWith('/') ? path : `${SETUPS}/${path}`;
    const shown = await this.page(/\/(?:start|pause)$/.test(address) ? 'front-desk' : address);
    return await this.sendAs(shown, address, form);
  }

  /** As `send`, from a page that was opened before. */
  async sendAs(
    { text }: PageAnswer,
    address: string,
    form: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<PageAnswer> {
    const fields = new URLSearchParams();
    for (const name of ['formToken', 'seen'])
      fields.set(name, decoded(new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1] ?? ''));
    for (const [name, values] of Object.entries(form))
      for (const value of typeof values === 'string' ? [values] : values) fields.append(name, value);
    return await this.browser.post(address, { form: fields.toString() });
  }
}

function templateOf({ organizationId: _, ...document }: SetupDocument) {
  const { scope } = document;
  return {
    ...document,
    designation: `Workplace ${HOSTILE}`,
    scope: { ...scope, groupIds: [] },
    grants: [
      { source: { kind: 'group', groupId: idOf(999) }, roles: ['host'], ...NOTHING_ELSE } as const,
      { source: { kind: 'rule', where: 'mail is not empty' }, roles: ['host'], ...NOTHING_ELSE } as const,
    ],
  };
}

const NOTHING_ELSE = { memberships: [], hostsOf: [], organizationalUnits: [] };

function decoded(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}
