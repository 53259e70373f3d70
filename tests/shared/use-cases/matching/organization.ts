import { expect } from 'vitest';
import { createMemoryTables, type MemoryTables } from '../../../fakes/memory-tables.js';
import { stakeIn } from '../../../../shared/core/matching/record-claim.js';
import { expectDecided } from './expect-decided.js';
import { MatchingWorld } from './matching-world.js';

export const [ONE, TWO] = [
  '11111111-1111-4111-8111-111111111111',
  '22222222-2222-4222-8222-222222222222',
] as const;
export const ORGANIZATION = new MatchingWorld().setup.document.organizationId;

/** Setups of one organization: two of the first tenant, and one of the second. */
export class Organization {
  readonly tables: MemoryTables = createMemoryTables();
  readonly a = new MatchingWorld(this.tables, ONE, {}, 'a');
  readonly b = new MatchingWorld(this.tables, TWO, {}, 'b');
  readonly c = new MatchingWorld(this.tables, ONE, {}, 'c');
  readonly all = [this.a, this.b, this.c];

  async begin(): Promise<this> {
    for (const world of this.all) await world.begin();
    return this;
  }

  /** Jobs of every tenant, until none of them has anything to do. */
  async settle(): Promise<void> {
    for (let rounds = 0; ; rounds += 1) {
      expect(rounds).toBeLessThan(20);
      let worked = false;
      for (const world of this.all) {
        if (!(await world.matching.hasNews(world.setup))) continue;
        await world.work();
        worked = true;
      }
      if (!worked) return;
    }
  }

  /** As `{setup}: {user}-{record} {matchedBy}`. */
  async ties(): Promise<string[]> {
    const found: string[] = [];
    for (const world of this.all)
      for (const tie of await world.ties(world.setup.setupId)) found.push(`${world.setup.setupId}: ${tie}`);
    return found;
  }

  /** As `{setup}: {user} {reasons}`. */
  async conflicts(): Promise<string[]> {
    const found: string[] = [];
    for (const world of this.all)
      for (const text of await world.conflicts()) {
        const { directoryIds, reasons } = JSON.parse(String(text)) as Record<string, string[]>;
        found.push(`${world.setup.setupId}: ${directoryIds?.join() ?? ''} ${reasons?.join() ?? ''}`);
      }
    return found;
  }

  /** One record, one user within the organization; the claims say so, and nothing is left to do. */
  async expectOneUserEach(): Promise<void> {
    const userOf = new Map<string, string>();
    for (const world of this.all)
      for (const { directoryId, tie } of await world.rows()) {
        if (tie === null) continue;
        const user = `${world.setup.setupId} ${directoryId}`;
        expect([tie.recordId, userOf.get(tie.recordId) ?? user]).toEqual([tie.recordId, user]);
        userOf.set(tie.recordId, user);
      }
    for (const world of this.all) {
      const me = { tenantId: world.tenantId, setupId: world.setup.setupId };
      const rows = await world.rows();
      const shown = new Set(rows.flatMap(({ formerRecordId }) => formerRecordId ?? []));
      const wanted = new Set(
        (await world.conflicts())
          .map((text) => JSON.parse(String(text)) as Record<string, string[]>)
          .filter(({ reasons }) => reasons?.includes('takenByOtherSetup') === true)
          .flatMap(({ recordIds = [] }) => recordIds),
      );
      const claims = world.stores.recordClaims.naming(ORGANIZATION, me.tenantId, me.setupId);
      for await (const page of claims)
        for (const { claim } of page) {
          expect(claim.untold).toEqual([]);
          const stake = stakeIn(claim, me);
          if (stake === 'holder') expect(userOf.get(claim.recordId)).toContain(`${me.setupId} `);
          if (stake === 'waiting')
            expect([claim.recordId, wanted.has(claim.recordId)]).toEqual([claim.recordId, true]);
          if (stake === 'former') expect(shown).toContain(claim.recordId);
        }
      const ids = rows.flatMap(({ tie }) => tie?.recordId ?? []);
      const held = await world.stores.recordClaims.read(ORGANIZATION, ids);
      for (const id of ids) expect([id, held.get(id)?.claim.holder]).toEqual([id, me]);
      expect(await world.stores.recordNews.list(me.tenantId, me.setupId, 10)).toEqual([]);
      await expectDecided(world);
    }
  }
}
