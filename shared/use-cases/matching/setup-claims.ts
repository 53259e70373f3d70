import { RowConflict } from '../../core/failures.js';
import {
  givenBack,
  isSetup,
  stakeIn,
  takenFromHolder,
  unclaimed,
  withStake,
  type RecordClaim,
  type SetupRef,
  type Stake,
} from '../../core/matching/record-claim.js';
import type { StoredClaim } from '../../ports/record-claims.js';
import type { Fence } from '../../ports/scope.js';
import { ClaimChanges, type ClaimChangePorts, type KeepAlive } from './claim-changes.js';
import { heldAmong, isHeld, type HolderPorts } from './claim-holder.js';

/** Records whose holders are looked at together: the reads of a tenant fill their queries. */
const LOOKED_AT_ONCE = 5_000;

export type ClaimPorts = HolderPorts & ClaimChangePorts;

/** What one setup has of the records of its organization, changed under its tenant's lease. */
export class SetupClaims {
  private readonly changes: ClaimChanges;

  constructor(
    private readonly ports: ClaimPorts,
    private readonly fence: Fence,
    private readonly organizationId: string,
    private readonly setup: SetupRef,
    private readonly keepAlive: KeepAlive,
  ) {
    this.changes = new ClaimChanges(ports, fence, organizationId, keepAlive);
  }

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
    const taken = await this.changes.each(left, (id) => this.takeOne(id, known.get(id)));
    await this.changes.tell(taken.flatMap((claim) => claim ?? []));
    return taken.every((claim) => claim !== null);
  }

  /** @returns whether each came to be so; false if a record is free that the setup would have waited for */
  async settle(
    stakes: ReadonlyMap<string, Exclude<Stake, 'holder'>>,
    known: ReadonlyMap<string, StoredClaim>,
  ): Promise<boolean> {
    const settled = await this.changes.each([...stakes], async ([recordId, stake]) => {
      const next = (before: RecordClaim) => withStake(before, this.setup, stake) ?? before;
      return await this.changes.change(recordId, next, known.get(recordId));
    });
    await this.changes.tell(settled);
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
    const taken = await this.changes.change(recordId, next, known);
    if (isSetup(taken.holder, this.setup)) return taken;
    const stored = await this.changes.read(recordId);
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
      return (await this.changes.read(recordId)).claim;
    const back = await this.changes.change(recordId, (before) =>
      stakeIn(before, this.setup) === 'holder' ? givenBack(before, this.setup, holder) : before,
    );
    await this.changes.tell([back]);
    return null;
  }
}
