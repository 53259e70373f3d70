import { AccessRefused } from '../../core/failures.js';
import type { Resource } from '../../core/resource.js';
import type { Session } from './session.js';

/** What became of a row that a proven full round did not see. */
export type Verdict = 'live' | 'softDeleted' | 'gone';

/**
 * Tells of rows not seen what became of them: found in deleted items = soft-deleted; readable and not there =
 * gone; not readable (403) = soft-deleted, so that nothing is lost. Where the directory serves no count, only a
 * 404 on the object itself counts as not there.
 */
export class UnseenJudge {
  private deleted: ReadonlySet<string> | 'unreadable' | null = null;

  constructor(
    private readonly session: Session,
    private readonly resource: Resource,
    private readonly countServed: boolean,
  ) {}

  async judge(id: string): Promise<Verdict> {
    if (!this.countServed && (await this.stillThere(id))) return 'live';
    this.deleted ??= await this.readDeletedItems();
    if (this.deleted === 'unreadable') return 'softDeleted';
    return this.deleted.has(id) ? 'softDeleted' : 'gone';
  }

  private stillThere(id: string): Promise<boolean> {
    const { session, resource } = this;
    return session.ask(() => session.ports.directory.exists(session.connection, resource, id));
  }

  private async readDeletedItems(): Promise<ReadonlySet<string> | 'unreadable'> {
    const { session, resource } = this;
    try {
      const ids = new Set<string>();
      const { directory } = session.ports;
      const pages = session.pages((link) => directory.deletedItems(session.connection, resource, link));
      for await (const page of pages) for (const id of page) ids.add(id);
      return ids;
    } catch (failure) {
      if (failure instanceof AccessRefused && failure.status === 403) return 'unreadable';
      throw failure;
    }
  }
}
