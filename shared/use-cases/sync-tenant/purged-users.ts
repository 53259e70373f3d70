import type { DeltaElement } from '../../core/delta-page.js';
import { Failure, LeaseLost } from '../../core/failures.js';
import { perhapsPurged, type HiddenUser } from '../../core/hidden-users.js';
import { allOf } from './all-of.js';
import { applyUsers } from './apply-users.js';
import type { Session } from './session.js';

/** Users asked for in one night, each with two requests. */
const ASKED_IN_A_NIGHT = 100;
const ASKED_AT_ONCE = 8;

/**
 * Graph deletes a user for good 30 days after the soft deletion, and does not always report it in a delta query. With
 * each night, those who have been hidden for as long are asked for: who is neither in deleted items nor live is
 * removed from the mirror.
 */
export class PurgedUsers {
  private isDone = false;

  constructor(private readonly session: Session) {}

  /** @param isNight whether a nightly run is about to end */
  isDue(isNight: boolean): boolean {
    const { deltaLink, round } = this.session.states.users;
    return !this.isDone && isNight && !this.session.isOffline && deltaLink !== null && round === null;
  }

  /** Returns whether users were removed. What cannot be asked is left for the next night: nobody waits for it. */
  async remove(): Promise<boolean> {
    this.isDone = true;
    const { ports, tenantId } = this.session;
    try {
      return await this.removePurged();
    } catch (failure) {
      if (!(failure instanceof Failure) || failure instanceof LeaseLost) throw failure;
      const facts = { tenantId, why: failure.message };
      ports.log.warn('Deleted users were not asked for, which is left for the next night', facts);
      return false;
    }
  }

  private async removePurged(): Promise<boolean> {
    const { ports, fence, keeper } = this.session;
    const asked = perhapsPurged(await this.hidden(), ports.clock.now(), ASKED_IN_A_NIGHT);
    const purged: string[] = [];
    for (let first = 0; first < asked.length; first += ASKED_AT_ONCE) {
      await keeper.renewIfDue();
      const some = asked.slice(first, first + ASKED_AT_ONCE);
      await allOf(
        some.map(async ({ id }) => {
          if (await this.isPurged(id)) purged.push(id);
        }),
      );
    }
    const askedAt = this.session.now();
    await ports.hiddenUsers.save(
      fence,
      asked.map((user) => ({ ...user, askedAt })),
    );
    if (purged.length === 0) return false;
    await this.removeUsers(purged, askedAt);
    return true;
  }

  /** Those whom the mirror holds as hidden, each with since when. */
  private async hidden(): Promise<readonly HiddenUser[]> {
    const { ports, fence, keeper } = this.session;
    const since = this.session.now();
    const found: HiddenUser[] = [];
    for await (const entries of ports.hiddenUsers.scan(fence)) {
      await keeper.renewIfDue();
      const rows = await ports.mirror.readUsers(
        fence,
        entries.map(({ id }) => id),
      );
      const hidden = entries.filter(({ id }) => rows.get(id)?.presence === 'softDeleted');
      const fresh = hidden.filter((user) => user.since === null).map((user) => ({ ...user, since }));
      await ports.hiddenUsers.save(fence, fresh);
      found.push(...hidden);
    }
    return found;
  }

  private async isPurged(id: string): Promise<boolean> {
    const { session } = this;
    const { directory } = session.ports;
    const { connection } = session;
    if (await session.ask(() => directory.isInDeletedItems(connection, 'users', id))) return false;
    return !(await session.ask(() => directory.exists(connection, 'users', id)));
  }

  private async removeUsers(ids: readonly string[], at: string): Promise<void> {
    const { ports, fence, tenantId } = this.session;
    const elements = ids.map((id): DeltaElement => ({ kind: 'removed', id, reason: 'deleted' }));
    const markId = `purged-${at}`;
    await applyUsers(this.session, { kind: 'increment', fresh: false, attributes: [] }, elements, (touched) =>
      ports.marks.put(fence, { kind: 'page', markId, ...touched }),
    );
    this.session.progressed = true;
    ports.log.info('Users were deleted for good without a word', { tenantId, users: ids.length });
  }
}
