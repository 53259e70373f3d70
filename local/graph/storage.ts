import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Timer } from './clock.js';
import type { TenantRegistration } from './control-api.js';
import { LaggingDirectory } from './directory/lagging-directory.js';
import { restoreDirectory, savedObjects } from './directory/saved-directory.js';
import type { EmulatorCore } from './emulator-core.js';
import type { ServicePrincipal } from './login/service-principal.js';
import type { Subscription } from './notify/subscription.js';
import { Tenant, type ExpiredTokens } from './tenant.js';

const pauseMs = 2000;

/** First line of a tenant's file; its directory's objects follow. */
interface Header {
  readonly registration: TenantRegistration;
  readonly seq: number;
  readonly generation: number;
  readonly expired: { delta?: ExpiredTokens; page?: ExpiredTokens };
  readonly announced: readonly string[];
  readonly subscriptions: readonly Subscription[];
  /** Absent in files of before there was consent. */
  readonly consents?: readonly ServicePrincipal[];
}

const INDEX = 'tenants.json';

/** Whether an emulator left tenants in this folder. */
export function hasSavedTenants(folder: string): boolean {
  return savedTenants(folder).length > 0;
}

function savedTenants(folder: string): string[] {
  const index = join(folder, INDEX);
  return existsSync(index) ? (JSON.parse(readFileSync(index, 'utf8')) as string[]) : [];
}

/** Keeps the tenants of an emulator in a folder: one file each, written whole a moment after a change. */
export class Storage {
  readonly #folder: string;
  readonly #core: EmulatorCore;
  readonly #saved = new Map<string, string>();
  #timer: Timer | undefined;

  constructor(folder: string, core: EmulatorCore) {
    this.#folder = folder;
    this.#core = core;
    mkdirSync(folder, { recursive: true });
  }

  /** Brings back what an earlier process saved; says whether there was anything. */
  load(): boolean {
    const ids = savedTenants(this.#folder);
    for (const id of ids) this.#loadTenant(id);
    return ids.length > 0;
  }

  /** From now on looks for changes every two seconds and saves them. */
  start(clock: Clock): void {
    this.#timer = clock.after(pauseMs, () => {
      this.save();
      this.start(clock);
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.save();
  }

  /** Writes the tenants that changed since they were last written. */
  save(): void {
    const tenants = [...this.#core.tenants.values()];
    for (const tenant of tenants) this.#saveTenant(tenant);
    for (const id of this.#saved.keys()) {
      if (this.#core.tenants.has(id)) continue;
      rmSync(this.#file(id), { force: true });
      this.#saved.delete(id);
    }
    this.#write(join(this.#folder, INDEX), JSON.stringify(tenants.map(({ id }) => id)));
  }

  #file(id: string): string {
    return join(this.#folder, `${id}.jsonl`);
  }

  #write(file: string, text: string): void {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  }

  #saveTenant(tenant: Tenant): void {
    const header = JSON.stringify(this.#header(tenant));
    if (this.#saved.get(tenant.id) === header) return;
    const lines = [header, ...savedObjects(tenant.directory.primary)];
    this.#write(this.#file(tenant.id), lines.join('\n'));
    this.#saved.set(tenant.id, header);
  }

  /** Its sequence number tells whether the directory changed. */
  #header(tenant: Tenant): Header {
    const { id: tenantId, displayName, domain, generation, expired } = tenant;
    return {
      registration: { tenantId, displayName, domain, apps: [...tenant.apps.values()] },
      seq: tenant.directory.primary.seq,
      generation,
      expired,
      announced: [...tenant.announced],
      subscriptions: this.#core.notifications.saved(tenant),
      consents: [...tenant.consents.values()],
    };
  }

  #loadTenant(id: string): void {
    const [first = '', ...lines] = readFileSync(this.#file(id), 'utf8').split('\n');
    const header = JSON.parse(first) as Header;
    const directory = new LaggingDirectory(restoreDirectory(lines, header.seq));
    const tenant = this.#core.adopt(new Tenant(header.registration, directory));
    tenant.generation = header.generation;
    tenant.expired = header.expired;
    for (const announced of header.announced) tenant.announced.add(announced);
    for (const consent of header.consents ?? []) tenant.consents.set(consent.clientId.toLowerCase(), consent);
    this.#core.notifications.restore(tenant, header.subscriptions);
    this.#core.random.mix(header.seq);
    this.#saved.set(id, first);
  }
}
