import { RowConflict } from '../../core/failures.js';
import { unclaimed, withTold, type RecordClaim, type SetupRef } from '../../core/matching/record-claim.js';
import type { RecordClaims, StoredClaim } from '../../ports/record-claims.js';
import type { Fence } from '../../ports/scope.js';
import { tellSetup, type TellPorts } from './tell-setups.js';

/** Times that a claim is changed again on what others made of it since. */
const MOST_TRIES = 20;
const AT_ONCE = 32;

export interface ClaimChangePorts extends TellPorts {
  readonly recordClaims: RecordClaims;
}

/** Called between stretches of work, so that the lease is kept. */
export type KeepAlive = () => Promise<void>;

/** Changes claims on the records of an organization, and tells the setups concerned. */
export class ClaimChanges {
  constructor(
    private readonly ports: ClaimChangePorts,
    private readonly fence: Fence,
    private readonly organizationId: string,
    private readonly keepAlive: KeepAlive,
  ) {}

  /**
   * Returns the claim as it is then.
   * @param known as it was read before
   */
  async change(
    recordId: string,
    next: (before: RecordClaim) => RecordClaim,
    known?: StoredClaim,
  ): Promise<RecordClaim> {
    for (let left = MOST_TRIES; ; left -= 1) {
      const stored = left === MOST_TRIES && known !== undefined ? known : await this.read(recordId);
      const after = next(stored.claim);
      if (after === stored.claim) return after;
      try {
        await this.ports.recordClaims.save(this.fence, this.organizationId, stored, after);
        return after;
      } catch (failure) {
        if (!(failure instanceof RowConflict) || left === 1) throw failure;
      }
    }
  }

  /** Some at a time; all of them have ended when it returns or throws. */
  async each<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
    const results: Result[] = [];
    for (let at = 0; at < items.length; at += AT_ONCE) {
      await this.keepAlive();
      const some = await Promise.allSettled(items.slice(at, at + AT_ONCE).map(work));
      for (const one of some) {
        if (one.status === 'rejected') throw one.reason;
        results.push(one.value);
      }
    }
    return results;
  }

  async read(recordId: string): Promise<StoredClaim> {
    const stored = await this.ports.recordClaims.read(this.organizationId, [recordId]);
    return stored.get(recordId) ?? { claim: unclaimed(recordId), tag: null };
  }

  /** After the claims were changed; whom they name as untold stays so until it was told. */
  async tell(claims: Iterable<RecordClaim>): Promise<void> {
    const bySetup = new Map<string, { readonly setup: SetupRef; readonly recordIds: string[] }>();
    for (const { recordId, untold } of claims)
      for (const setup of untold) {
        const name = `${setup.tenantId} ${setup.setupId}`;
        const known = bySetup.get(name) ?? { setup, recordIds: [] };
        known.recordIds.push(recordId);
        bySetup.set(name, known);
      }
    for (const { setup, recordIds } of bySetup.values()) {
      await tellSetup(this.ports, setup, recordIds);
      await this.each(recordIds, (recordId) => this.change(recordId, (before) => withTold(before, setup)));
    }
  }
}
