import type { MayRemove } from '../../../core/people/next-person.js';
import type { Presented } from '../../../core/people/presented.js';
import type { GrantLoss } from '../../../core/people/vanished-grants.js';
import type { CarriedOut, StagedRemoval } from '../../../ports/removals.js';
import type { Session } from '../session.js';
import type { StartedSetup } from './started-setup.js';

/** How somebody was derived of whom no removal is staged. */
export interface RemovalEnd {
  readonly mayRemove: MayRemove;
  readonly isOver: boolean;
  readonly wasRemoved: boolean;
}

/** What comes of the removals of some people of one setup, and of their losses because groups vanished. */
export class RemovalBatch {
  private readonly staged: StagedRemoval[] = [];
  private readonly settled: string[] = [];
  private readonly carriedOut: CarriedOut[] = [];

  constructor(
    private readonly setup: StartedSetup,
    private readonly known: Map<string, StagedRemoval>,
    /** ISO 8601 UTC. */
    private readonly at: string,
  ) {}

  mayRemove(presented: Presented, directoryId: string): MayRemove {
    const { setup, known } = this;
    if (setup.readiness !== 'complete') return 'no';
    if (setup.scopeIsBroken && presented.kind === 'out' && presented.reason === 'outsideScope') return 'no';
    const removal = known.get(directoryId);
    // What was decided about a loss says nothing of a removal.
    if (removal === undefined || removal.reason === 'groupsVanished') return 'askGuard';
    switch (removal.kind) {
      case 'approved':
      case 'going':
        return 'yes';
      case 'held':
        return 'held';
      case 'staged':
        return 'askGuard';
    }
  }

  /** Whether the guard or an operator let somebody lose at least this. */
  mayTake(directoryId: string, { losing }: GrantLoss): boolean {
    const removal = this.known.get(directoryId);
    if (this.setup.readiness !== 'complete' || removal?.reason !== 'groupsVanished') return false;
    const decided = new Set(removal.losing);
    const isDecided = removal.kind === 'approved' || removal.kind === 'going';
    return isDecided && losing.every((item) => decided.has(item));
  }

  /** Somebody keeps what groups gave that vanished: the guard is asked, unless nothing may be removed now. */
  keep(directoryId: string, { losing }: GrantLoss, mayRemove: MayRemove): void {
    const removal = this.known.get(directoryId);
    if (mayRemove === 'no') {
      this.follow(directoryId, null, { mayRemove, isOver: false, wasRemoved: false });
      return;
    }
    const asked = removal?.reason === 'groupsVanished' ? removal : null;
    const kind = asked?.kind === 'held' ? 'held' : 'staged';
    if (asked?.kind === kind && JSON.stringify(asked.losing) === JSON.stringify(losing)) return;
    const since = asked?.since ?? this.at;
    this.staged.push({ setupId: this.setup.id, directoryId, kind, reason: 'groupsVanished', losing, since });
  }

  follow(directoryId: string, staged: StagedRemoval['reason'] | null, end: RemovalEnd): void {
    const { setup, known, at } = this;
    const removal = known.get(directoryId);
    if (staged !== null) {
      const since = removal?.since ?? at;
      const of = { setupId: setup.id, directoryId, reason: staged, losing: [], since };
      if (removal?.reason !== staged) this.staged.push({ ...of, kind: 'staged' });
      return;
    }
    if (removal === undefined) return;
    if (end.mayRemove === 'no') {
      // Nobody asks for it now, so it counts in no judgement; what an operator has before them is kept.
      if (removal.kind === 'staged' || removal.kind === 'going') this.settled.push(directoryId);
      return;
    }
    if (!end.isOver) return;
    this.settled.push(directoryId);
    const kind = removal.reason === 'groupsVanished' ? 'loss' : 'removal';
    // An operator who approves has judged: the guard counts what nobody looked at.
    if (removal.kind === 'going' && end.wasRemoved)
      this.carriedOut.push({ directoryId, at: removal.since, kind });
  }

  /** Before people are written: what is carried out counts even if that is broken off. */
  async note({ ports, fence }: Session): Promise<void> {
    if (this.carriedOut.length > 0) await ports.removals.note(fence, this.setup.id, this.carriedOut);
  }

  async write({ ports, fence }: Session): Promise<void> {
    const { staged, settled, known, setup } = this;
    if (staged.length > 0) await ports.removals.stage(fence, staged);
    if (settled.length > 0) await ports.removals.drop(fence, setup.id, settled);
    for (const removal of staged) known.set(removal.directoryId, removal);
    for (const id of settled) known.delete(id);
  }
}
