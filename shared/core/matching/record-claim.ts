/** A setup of a tenant. */
export interface SetupRef {
  readonly tenantId: string;
  readonly setupId: string;
}

/** What a setup has of a record of its organization. */
export type Stake = 'holder' | 'waiting' | 'former' | 'none';

/**
 * Which setup of an organization has a record, and which are concerned by that. It names nobody: whom the record is
 * tied to is the holder's own knowledge.
 */
export interface RecordClaim {
  readonly recordId: string;
  readonly holder: SetupRef | null;
  /** Setups in which somebody would be tied to the record, were it free. */
  readonly waiting: readonly SetupRef[];
  /** Setups that show the record for somebody who is not tied to it any more. */
  readonly former: readonly SetupRef[];
  /** Setups that have to look at the record again, and may not have been told yet. */
  readonly untold: readonly SetupRef[];
}

export function unclaimed(recordId: string): RecordClaim {
  return { recordId, holder: null, waiting: [], former: [], untold: [] };
}

export function stakeIn({ holder, waiting, former }: RecordClaim, setup: SetupRef): Stake {
  if (isSetup(holder, setup)) return 'holder';
  if (waiting.some((one) => isSetup(one, setup))) return 'waiting';
  return former.some((one) => isSetup(one, setup)) ? 'former' : 'none';
}

/**
 * Returns the claim once the setup has that stake, with those to be told of it: who waits is told that the record is
 * free, who shows it that somebody else has it, and the holder that somebody waits or ceases to.
 * @returns null if another setup holds the record
 */
export function withStake(claim: RecordClaim, setup: SetupRef, stake: Stake): RecordClaim | null {
  const before = stakeIn(claim, setup);
  if (before === stake) return claim;
  const left = without(claim, setup);
  if (stake === 'holder' && left.holder !== null) return null;
  const next: RecordClaim = {
    ...left,
    holder: stake === 'holder' ? setup : left.holder,
    waiting: stake === 'waiting' ? joined(left.waiting, [setup]) : left.waiting,
    former: stake === 'former' ? joined(left.former, [setup]) : left.former,
  };
  const waits = before === 'waiting' || stake === 'waiting';
  const concerned = [
    ...(before === 'holder' ? next.waiting : []),
    ...(stake === 'holder' ? next.former : []),
    ...(waits && next.holder !== null ? [next.holder] : []),
  ];
  return telling(next, concerned, setup);
}

/** Returns the claim of a record that its holder turned out not to have. */
export function takenFromHolder(claim: RecordClaim, setup: SetupRef): RecordClaim {
  const next = { ...without(claim, setup), holder: setup };
  return telling(next, [...next.former, ...(claim.holder === null ? [] : [claim.holder])], setup);
}

/** Returns the claim of a record that its holder turned out to have after all. */
export function givenBack(claim: RecordClaim, setup: SetupRef, holder: SetupRef): RecordClaim {
  return telling({ ...without(claim, setup), holder }, [holder], setup);
}

export function withTold(claim: RecordClaim, told: SetupRef): RecordClaim {
  const untold = claim.untold.filter((one) => !isSetup(one, told));
  return untold.length === claim.untold.length ? claim : { ...claim, untold };
}

/** Whether nobody is concerned, so that nothing needs to be kept. */
export function isUnclaimed({ holder, waiting, former, untold }: RecordClaim): boolean {
  return holder === null && waiting.length + former.length + untold.length === 0;
}

export function isSetup(one: SetupRef | null, other: SetupRef): boolean {
  return one?.tenantId === other.tenantId && one.setupId === other.setupId;
}

function without(claim: RecordClaim, setup: SetupRef): RecordClaim {
  const others = (refs: readonly SetupRef[]) => refs.filter((one) => !isSetup(one, setup));
  const holder = isSetup(claim.holder, setup) ? null : claim.holder;
  return { ...claim, holder, waiting: others(claim.waiting), former: others(claim.former) };
}

function telling(claim: RecordClaim, concerned: readonly SetupRef[], setup: SetupRef): RecordClaim {
  const others = concerned.filter((one) => !isSetup(one, setup));
  return { ...claim, untold: joined(claim.untold, others) };
}

/** Each once, in an order of their own. */
function joined(some: readonly SetupRef[], others: readonly SetupRef[]): readonly SetupRef[] {
  const all = [...some, ...others].map((one) => [`${one.tenantId} ${one.setupId}`, one] as const);
  return [...new Map(all)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}
