import { RowConflict } from '../../core/failures.js';
import {
  givenBack,
  isSetup,
  stakeIn,
  takenFromHolder,
  unclaimed,
  withStake,
  withTold,
  type RecordClaim,
  type SetupRef,
  type Stake,
} from '../../core/matching/record-claim.js';
import type { RecordClaims, StoredClaim } from '../../ports/record-claims.js';
import type { Fence } from '../../ports/scope.js';
import { heldAmong, isHeld, type HolderPorts } from './claim-holder.js';
import { tellSetup, type TellPorts } from './tell-setups.js';

/** Times that a claim is changed again on what others made of it since. */
const MOST_TRIES = 20;
const AT_ONCE = 32;
/** Records whose holders are looked at together: the reads of a tenant fill their queries. */
const LOOKED_AT_ONCE = 5_000;

export interface ClaimPorts extends HolderPorts, TellPorts {
  readonly recordClaims: RecordClaims;
}

/** Called between stretches of work, so that the lease is kept. */
export type KeepAlive = () => Promise<void>;

/** What one setup has of the records of its organization, changed under its tenant's lease. */
export class SetupClaims {
  constructor(
    private readonly ports: ClaimPorts,
    private readonly fence: Fence,
    private readonly organizationId: string,
    private readonly setup: SetupRef,
    private readonly keepAlive: KeepAlive,
  ) {}

  /**
   * Takes records for the setup, before anybody is tied to them. A holder that turns out not to have the record loses
   * it; it is looked at before and after, since it may be about to tie somebody, as it looks at its claim after that.
   * @returns whether all were taken
   */
  async take(recordIds: readonly string[], known: ReadonlyMap<string, StoredClaim>): Promise<boolean> {
    const fresh = recordIds.filter((id) => !known.has(id));
    const claims = fresh.map((id) => ({ ...unclaimed(id), holder: this.setup }));
    const present = await this.ports.recordClaims.insert(this.fence, this.organizationId, claims);
    const left = [...present, ...recordIds.filter((id) => known.has(id))];
    const taken = await this.each(left, (id) => this.takeOne(id, known.get(id)));
    await this.tell(taken.flatMap((claim) => claim ?? []));
    return taken.every((claim) => claim !== null);
  }

  /** @returns whether each came to be so; false if a record is free that the setup would have waited for */
  async settle(
    stakes: ReadonlyMap<string, Exclude<Stake, 'holder'>>,
    known: ReadonlyMap<string, StoredClaim>,
  ): Promise<boolean> {
    const settled = await this.each([...stakes], async ([recordId, stake]) => {
      const next = (before: RecordClaim) => withStake(before, this.setup, stake) ?? before;
      return await this.change(recordId, next, known.get(recordId));
    });
    await this.tell(settled);
    return settled.every(({ recordId, holder }) => holder !== null || stakes.get(recordId) !== 'waiting');
  }

  /** Those of these records that other setups hold by their claims, and do not have. */
  async vacantAmong(
    recordIds: readonly string[],
    known: ReadonlyMap<string, StoredClaim>,
  ): Promise<readonly string[]> {
    const vacant: string[] = [];
    for (let at = 0; at < recordIds.length; at += LOOKED_AT_ONCE) {
      await this.keepAlive();
      const some = recordIds.slice(at, at + LOOKED_AT_ONCE);
      const claims = some.flatMap((id) => known.get(id)?.claim ?? []);
      const held = await heldAmong(this.ports, this.organizationId, claims);
      vacant.push(...some.filter((id) => !held.has(id)));
    }
    return vacant;
  }

  /** Whether the setup holds all of these still. */
  async holds(recordIds: readonly string[]): Promise<boolean> {
    const stored = await this.ports.recordClaims.read(this.organizationId, recordIds);
    return recordIds.every((id) => isSetup(stored.get(id)?.claim.holder ?? null, this.setup));
  }

  /** Null if another setup has it. */
  private async takeOne(recordId: string, known?: StoredClaim): Promise<RecordClaim | null> {
    const next = (before: RecordClaim) => withStake(before, this.setup, 'holder') ?? before;
    const taken = await this.change(recordId, next, known);
    if (isSetup(taken.holder, this.setup)) return taken;
    const stored = await this.read(recordId);
    const { holder } = stored.claim;
    if (holder === null || isSetup(holder, this.setup)) return await this.takeOne(recordId);
    if (await isHeld(this.ports, this.organizationId, stored.claim)) return null;
    try {
      const claim = takenFromHolder(stored.claim, this.setup);
      await this.ports.recordClaims.save(this.fence, this.organizationId, stored, claim);
    } catch (failure) {
      if (failure instanceof RowConflict) return await this.takeOne(recordId);
      throw failure;
    }
    if (!(await isHeld(this.ports, this.organizationId, { recordId, holder })))
      return (await this.read(recordId)).claim;
    const back = await this.change(recordId, (before) =>
      stakeIn(before, this.setup) === 'holder' ? givenBack(before, this.setup, holder) : before,
    );
    await this.tell([back]);
    return null;
  }

  /**
   * Returns the claim as it is then.
   * @param known as it was read before
   */
  private async change(
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
  private async each<Item, Result>(
    items: readonly Item[],
    work: (item: Item) => Promise<Result>,
  ): Promise<Result[]> {
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

  private async read(recordId: string): Promise<StoredClaim> {
    const stored = await this.ports.recordClaims.read(this.organizationId, [recordId]);
    return stored.get(recordId) ?? { claim: unclaimed(recordId), tag: null };
  }

  /** After the claims were changed; whom they name as untold stays so until it was told. */
  private async tell(claims: Iterable<RecordClaim>): Promise<void> {
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
