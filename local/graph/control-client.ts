import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { DirectoryTruth, GraphControl, TruthRow } from './control-api.js';
import { gatherTruth } from './directory/truth.js';

/** The methods that travel as one JSON exchange: `POST {controlUrl}/{method}` with the list of arguments. */
export type RemoteMethod = Exclude<keyof GraphControl, 'truth' | 'truthRows'>;

/** The control API of an emulator in another process. An error there rejects here with its message. */
export class GraphControlClient implements GraphControl {
  readonly #url: string;

  constructor(controlUrl: string) {
    this.#url = controlUrl.replace(/\/$/, '');
  }

  readonly createTenant = this.#remote('createTenant');
  readonly removeTenant = this.#remote('removeTenant');
  readonly listTenants = this.#remote('listTenants');
  readonly setApp = this.#remote('setApp');
  readonly applyChanges = this.#remote('applyChanges');
  readonly applyRandomChanges = this.#remote('applyRandomChanges');
  readonly setLive = this.#remote('setLive');
  readonly addFault = this.#remote('addFault');
  readonly listFaults = this.#remote('listFaults');
  readonly clearFaults = this.#remote('clearFaults');
  readonly setNotificationFaults = this.#remote('setNotificationFaults');
  readonly expireTokens = this.#remote('expireTokens');
  readonly setLag = this.#remote('setLag');
  readonly setThrottling = this.#remote('setThrottling');
  readonly subscriptions = this.#remote('subscriptions');
  readonly killSubscription = this.#remote('killSubscription');
  readonly sendLifecycleEvent = this.#remote('sendLifecycleEvent');
  readonly notificationCounts = this.#remote('notificationCounts');
  readonly requestCounts = this.#remote('requestCounts');
  readonly resetCounts = this.#remote('resetCounts');
  readonly violations = this.#remote('violations');
  readonly clearViolations = this.#remote('clearViolations');
  readonly advanceClock = this.#remote('advanceClock');
  readonly setConsentApp = this.#remote('setConsentApp');
  readonly listConsentApps = this.#remote('listConsentApps');
  readonly setConsentBehaviour = this.#remote('setConsentBehaviour');
  readonly withdrawConsent = this.#remote('withdrawConsent');
  readonly setTenantCloud = this.#remote('setTenantCloud');
  readonly setClockSkew = this.#remote('setClockSkew');

  async truth(tenantId: string): Promise<DirectoryTruth> {
    return gatherTruth(tenantId.toLowerCase(), this.truthRows(tenantId));
  }

  async *truthRows(tenantId: string): AsyncIterable<TruthRow> {
    const response = await fetch(`${this.#url}/truth/${encodeURIComponent(tenantId)}`);
    if (!response.ok || response.body === null) throw new Error(await response.text());
    const input = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (line !== '') yield JSON.parse(line) as TruthRow;
    }
  }

  #remote<M extends RemoteMethod>(method: M): GraphControl[M] {
    const call = async (...args: unknown[]): Promise<unknown> => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${this.#url}/${method}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(args),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(text);
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    };
    return call as GraphControl[M];
  }
}
