import { sha256ClientStates } from '../../../../shared/adapters/system/client-state-hasher.js';
import { systemClock } from '../../../../shared/adapters/system/system-clock.js';
import { phoneNumbers } from '../../../../shared/adapters/phone/phone-numbers.js';
import { createTableStores, type TableStores } from '../../../../shared/adapters/tables/table-stores.js';
import {
  administratorPages,
  type AdministratorPagesDependencies,
} from '../../../../functions/pages/administrator/administrator-pages.js';
import type { ConsentStarted, ShownFinding } from '../../../../functions/pages/administrator/work.js';
import type { LinkPurpose } from '../../../../shared/core/admin-link.js';
import type { Failure } from '../../../../shared/core/failures.js';
import type { MirrorGroup } from '../../../../shared/core/mirror-rows.js';
import type { QueuedJob } from '../../../../shared/ports/job-queue.js';
import { createAdminLink } from '../../../../shared/use-cases/create-admin-link.js';
import { createRecordMatching } from '../../../../shared/use-cases/matching/record-matching.js';
import { createMemoryTables, type MemoryTables } from '../../../fakes/memory-tables.js';
import { tenant, TENANT } from '../../api/sample-rows.js';
import { Browser, PAGES_AT, type PageAnswer } from '../browse.js';

/** The administrator's pages on table stores in memory, with the outside world as a test wants it. */
export class Site {
  readonly stores: TableStores;
  readonly dependencies: AdministratorPagesDependencies;
  readonly browser: Browser;
  now = Date.parse('2026-05-04T10:00:00Z');
  probeAnswer: { tenantId: string } | Failure = { tenantId: TENANT };
  findings: readonly ShownFinding[] | Failure = [];
  consent: ConsentStarted = { kind: 'started', url: `${PAGES_AT}/api/consent/${TENANT}/token` };
  readonly consentsAsked: { readonly tenantId: string; readonly askedBy: string }[] = [];
  readonly kept: string[] = [];
  /** Whoever waits does so for ever, unless a test lets time pass. */
  wait: (milliseconds: number) => Promise<void> = () => new Promise(() => undefined);
  /** What Graph was asked for, and what it answers. */
  readonly searched: { readonly tenantId: string; readonly text: string }[] = [];
  searchAnswer: readonly MirrorGroup[] = [];
  /** Setups that asked for a job, in order, as `tenant setup`. */
  readonly setupWork: string[] = [];
  /** What was put on the queue, in order. */
  readonly queued: QueuedJob[] = [];
  #tokens = 0;

  /** @param tables those of a world in which jobs run, too */
  constructor(tables: MemoryTables = createMemoryTables()) {
    this.stores = createTableStores(tables);
    this.dependencies = {
      ...this.stores,
      clientStates: sha256ClientStates,
      publicUrl: PAGES_AT,
      clock: {
        now: () => this.now,
        monotonic: () => this.now,
        wait: (milliseconds) => this.wait(milliseconds),
      },
      newSecretRetryMs: 20_000,
      chance: {
        newId: () => String((this.#tokens += 1)).padStart(32, '0'),
        newToken: () => String((this.#tokens += 1)).padStart(43, 'A'),
        fraction: () => 0.5,
      },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      queue: {
        send: (jobs) => {
          this.queued.push(...jobs);
          return Promise.resolve();
        },
      },
      vault: {
        save: (_name, secret) => {
          this.kept.push(secret.reveal());
          return Promise.resolve('version-1');
        },
        disable: () => Promise.resolve(),
        discard: () => Promise.resolve(),
      },
      directory: {
        probe: () => answerOf(this.probeAnswer),
        searchGroups: ({ tenantId }, text) => {
          this.searched.push({ tenantId, text });
          return Promise.resolve({ groups: this.searchAnswer, isAll: true });
        },
      },
      setupWork: {
        requested: (tenantId, setupId) => {
          this.setupWork.push(`${tenantId} ${setupId}`);
          return Promise.resolve();
        },
      },
      consentApps: [],
      recordMatching: createRecordMatching({
        ...this.stores,
        clock: { ...systemClock, now: () => this.now },
        setupWork: { requested: () => Promise.resolve() },
        phoneNumbers,
      }),
      examine: () => answerOf(this.findings),
      startConsent: ({ tenantId }, askedBy) => {
        this.consentsAsked.push({ tenantId, askedBy });
        return Promise.resolve(this.consent);
      },
    };
    this.browser = new Browser(administratorPages(this.dependencies));
  }

  /** From now on waiting ends immediately, and the clock has moved on by as much. */
  letTimePass(): void {
    this.wait = (milliseconds) => {
      this.now += milliseconds;
      return Promise.resolve();
    };
  }

  /** A link as an operator makes it, below the site's address. */
  async link(
    purposes: readonly LinkPurpose[] = ['connect', 'credential'],
    tenantId: string = TENANT,
  ): Promise<string> {
    if ((await this.stores.tenants.get(tenantId)) === null)
      await this.stores.tenants.create(tenant({ tenantId }));
    const createdBy = 'Olga <Operator>';
    const made = await createAdminLink(this.dependencies, {
      tenantId,
      purposes,
      expiresInHours: 72,
      createdBy,
    });
    return `/api/connect/${tenantId}/${made!.token}`;
  }

  /** Uses a new link up; answers the address of the overview. */
  async signIn(purposes?: readonly LinkPurpose[], tenantId: string = TENANT): Promise<string> {
    const answer = await this.browser.post(await this.link(purposes, tenantId));
    if (answer.status !== 303) throw new Error(`The link was not taken: ${answer.text}`);
    return answer.headers['location'] ?? '';
  }

  /** Sends a form of a page of the session, with the token that the overview carries. */
  async submit(page: string, form: Record<string, string> = {}): Promise<PageAnswer> {
    const overview = await this.browser.open(`/api/connect/${TENANT}`);
    const formToken = /name="formToken" value="([^"]+)"/.exec(overview.text)?.[1] ?? '';
    return await this.browser.post(`/api/connect/${TENANT}/session/${page}`, {
      form: { formToken, ...form },
    });
  }
}

function answerOf<Answer>(answer: Answer | Failure): Promise<Answer> {
  return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
}
