import { createCollectDeadLetters } from '../../../shared/use-cases/collect-dead-letters.js';
import { parseJob } from '../../../shared/adapters/bus/job-message.js';
import { CredentialRefused } from '../../../shared/core/failures.js';
import type { ExaminedLogin } from '../../../shared/ports/directory-examination.js';
import { changeTenant } from '../../../shared/ports/change-tenant.js';
import type { SetupDocument } from '../../../shared/core/setup/setup.js';
import { TENANT_ID } from '../../histories/world.js';
import { group, userId, users } from '../../shared/use-cases/sync-tenant/changes.js';
import { sceneWithPeople, SETUP, tell } from '../../shared/use-cases/sync-tenant/people-scene.js';
import { hostView, type Scene } from '../../shared/use-cases/sync-tenant/scene.js';
import { Site } from '../pages/administrator/site.js';
import { Api, type Item } from './api-harness.js';

const T = `/v1/tenants/${TENANT_ID}`;
const GUARD: Partial<SetupDocument> = {
  removalGuard: { maxCount: 500, maxShare: 0.2, minCount: 0, withinHours: 24 },
};

/** A tenant whose jobs run, and the API and the administrator's pages that show its status. */
export class StatusWorld {
  readonly api: Api;
  readonly site: Site;
  /** What the doctor finds if the login service lets it in. */
  private readonly letIn: ExaminedLogin;

  private constructor(readonly scene: Scene) {
    const { tables } = scene.world;
    this.api = new Api({ tables });
    this.site = new Site(tables);
    const { login } = this.api.world;
    if (login instanceof Error) throw login;
    this.letIn = { ...login, organizationId: () => Promise.resolve(TENANT_ID) };
    this.api.world.login = this.letIn;
  }

  /** Sixty people of one started setup. */
  static async open(): Promise<StatusWorld> {
    const world = new StatusWorld(await sceneWithPeople([...users(60), ...group(0)], GUARD));
    const { stores } = world.scene.world;
    await changeTenant(stores, TENANT_ID, (tenant) => ({ ...tenant, organizationIds: ['org-1'] }));
    await world.sync();
    return world;
  }

  close(): Promise<void> {
    return this.scene.close();
  }

  async sync(): Promise<void> {
    // No two runs are asked for in the same instant.
    await this.scene.world.clock.advance(1_000);
    await this.scene.sync();
  }

  /** As a call of the API does it: with the job that it asks for. */
  async call(path: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const answer = await this.ask('POST', path, headers);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
    await tell(this.scene, SETUP);
    await this.scene.settle();
  }

  deleteUsers(count: number): Promise<void> {
    const gone = Array.from(
      { length: count },
      (_, n) => ({ kind: 'softDeleteUser', id: userId(n) }) as const,
    );
    return this.scene.change(...gone);
  }

  /** Graph answers every delta of these resources so, until `calm`. */
  async fault(
    path: string,
    fault: { kind: 'bothLinks' } | { kind: 'status'; status: number },
  ): Promise<void> {
    await this.scene.world.emulator.addFault({ path, times: null, fault });
  }

  async calm(): Promise<void> {
    await this.scene.world.emulator.clearFaults();
  }

  /** When the secret of the tenant's application ends, as the login service tells jobs and the doctor alike. */
  async secrets(expiresAt: string | null): Promise<void> {
    const hasEnded = expiresAt !== null && Date.parse(expiresAt) <= this.scene.world.clock.now();
    this.api.world.login = hasEnded ? new CredentialRefused('AADSTS7000222', 7000222) : this.letIn;
    const { emulator } = this.scene.world;
    const [app] = (await emulator.listTenants())[0]?.apps ?? [];
    const secret = { value: 'good', ...(expiresAt === null ? {} : { expiresAt }) };
    await emulator.setApp(TENANT_ID, { ...app!, secrets: [secret] });
  }

  /** The broker gives up on a message of the tenant, which the timer finds in its dead-letter queue. */
  async brokerGivesUp(): Promise<void> {
    const { ports } = this.scene.world.host(hostView());
    const body = { version: 1, tenantId: TENANT_ID, attempt: 0, kind: 'continue', reason: 'test' };
    const message = { body, messageId: 'm', reason: 'MaxDeliveryCountExceeded' };
    const drain = async (take: (given: typeof message) => Promise<void>): Promise<number> => {
      await take(message);
      return 1;
    };
    await createCollectDeadLetters({ ...ports, parseJob, deadLetterQueue: { drain } })();
  }

  async discardLetters(): Promise<void> {
    for (const { id } of (await this.ask('GET', '/v1/dead-letters')).body.value)
      await this.ask('POST', `/v1/dead-letters/${String(id)}/discard`);
  }

  async tenant(): Promise<Item> {
    return (await this.ask('GET', T)).body;
  }

  async listed(): Promise<Item> {
    return (await this.ask('GET', '/v1/tenants')).body.value[0]!;
  }

  async fleet(): Promise<Item> {
    return (await this.ask('GET', '/v1/fleet')).body.value[0]!;
  }

  async doctor(): Promise<readonly Item[]> {
    return (await this.ask('GET', `${T}/doctor`)).body.value;
  }

  async setup(): Promise<Item> {
    return (await this.ask('GET', `${T}/setups/${SETUP}`)).body;
  }

  /** The run that ended last. */
  async run(): Promise<Item> {
    return (await this.ask('GET', `${T}/runs`)).body.value[0]!;
  }

  async secret(): Promise<Item | undefined> {
    return (await this.ask('GET', '/v1/secrets')).body.value[0];
  }

  async overview(): Promise<string> {
    this.site.now = this.scene.world.clock.now();
    return (await this.site.browser.open(await this.site.signIn(['connect', 'credential'], TENANT_ID))).text;
  }

  async ask(method: string, path: string, headers: Readonly<Record<string, string>> = {}) {
    this.api.world.now = this.scene.world.clock.now();
    const body = method === 'POST' ? {} : undefined;
    return await this.api.ask(method, path, { headers, ...(body !== undefined && { body }) });
  }
}

export const HELD = `${T}/setups/${SETUP}/held`;
export const SETUP_PATH = `${T}/setups/${SETUP}`;
