import { describe, expect, it } from 'vitest';
import { NOTHING_TOUCHED } from '../../../../../shared/core/mark.js';
import type { Edge } from '../../../../../shared/core/mirror-rows.js';
import { concernedBy } from '../../../../../shared/use-cases/sync-tenant/people/concerned.js';
import type { Session } from '../../../../../shared/use-cases/sync-tenant/session.js';

const PAGES = 100;
const PAGE_SIZE = 10;

/** A tenant with one group of a thousand members, read page by page. */
function tenantWithLargeGroup(): { readonly session: Session; readonly pagesRead: () => number } {
  let pagesRead = 0;
  async function* membersOf(_: unknown, groupId: string): AsyncIterable<readonly Edge[]> {
    for (let page = 0; page < PAGES; page += 1) {
      pagesRead += 1;
      yield await Promise.resolve(
        Array.from({ length: PAGE_SIZE }, (_, n): Edge => ({
          groupId,
          memberId: `u${page * PAGE_SIZE + n}`,
          memberType: 'user',
        })),
      );
    }
  }
  const ports = {
    reports: { of: () => Promise.resolve([]) },
    mirror: { membersOf, readGroups: () => Promise.resolve(new Map()) },
  };
  const keeper = { renewIfDue: () => Promise.resolve() };
  const fence = { tenantId: 't', bucketCount: 16 };
  return { session: { ports, keeper, fence } as unknown as Session, pagesRead: () => pagesRead };
}

describe('whom a page concerns', () => {
  const touched = { ...NOTHING_TOUCHED, groupPresence: ['g'] };

  it('is everybody beneath a group that came alive', async () => {
    const { session } = tenantWithLargeGroup();
    expect(await concernedBy(session, touched, 1_000)).toHaveLength(1_000);
  });

  it('is read no further than until it is too many', async () => {
    const { session, pagesRead } = tenantWithLargeGroup();
    expect(await concernedBy(session, touched, 25)).toBe('tooMany');
    expect(pagesRead()).toBe(3);
  });
});
