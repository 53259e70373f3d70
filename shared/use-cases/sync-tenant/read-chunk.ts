import type { DeltaElement, DeltaPage, PageLink } from '../../core/delta-page.js';
import { CursorExpired } from '../../core/failures.js';
import type { Clock } from '../../ports/clock.js';
import type { HiddenSight } from '../../ports/directory.js';

/** Pages of a round that are applied in one go. */
export interface Chunk {
  readonly elements: readonly DeltaElement[];
  readonly unusable: DeltaPage['unusable'];
  readonly pages: number;
  readonly link: PageLink;
  /** Whether each of the pages was read with the permission to see hidden memberships. */
  readonly seesHidden: boolean;
}

/**
 * Pages are gathered until so much is at hand that transactions fill, or so long has passed that somebody may be
 * waiting for the lease holder to look up (at most 10 s apart by design).
 */
export interface ChunkLimits {
  readonly objects: number;
  readonly references: number;
  readonly milliseconds: number;
}

/** Reads the pages of one round, one chunk ahead of who applies them. */
export class ChunkReader {
  private ahead: { readonly link: string; readonly chunk: Promise<Chunk> } | null = null;

  constructor(
    private readonly readPage: (link: string | null) => Promise<DeltaPage & HiddenSight>,
    private readonly clock: Clock,
    private readonly limits: ChunkLimits,
  ) {}

  /** The chunk behind `link`; meanwhile the one after it is being read. */
  async next(link: string | null): Promise<Chunk> {
    const chunk = await (this.ahead !== null && this.ahead.link === link
      ? this.ahead.chunk
      : this.gather(link));
    this.ahead = null;
    if (chunk.link.kind === 'next') this.readAhead(chunk.link.url);
    return chunk;
  }

  /** Waits for a page that is still under way; its failure no longer concerns anybody. */
  async settle(): Promise<void> {
    await this.ahead?.chunk.catch(() => undefined);
    this.ahead = null;
  }

  private readAhead(link: string): void {
    const chunk = this.gather(link);
    chunk.catch(() => undefined);
    this.ahead = { link, chunk };
  }

  private async gather(from: string | null): Promise<Chunk> {
    const elements: DeltaElement[] = [];
    const unusable: DeltaPage['unusable'][number][] = [];
    const requested = new Set<string | null>();
    const startedAt = this.clock.monotonic();
    let link = from;
    let seesHidden = true;
    for (let pages = 1, references = 0; ; pages += 1) {
      requested.add(link);
      const page = await this.readPage(link);
      elements.push(...page.elements);
      unusable.push(...page.unusable);
      references += referencesIn(page.elements);
      seesHidden &&= page.seesHidden;
      const full =
        elements.length >= this.limits.objects ||
        references >= this.limits.references ||
        this.clock.monotonic() - startedAt >= this.limits.milliseconds;
      if (page.link.kind === 'next' && requested.has(page.link.url)) throw endlessChain(page.link.url);
      if (page.link.kind === 'delta' || full)
        return { elements, unusable, pages, link: page.link, seesHidden };
      link = page.link.url;
    }
  }
}

/** A chain that leads back into itself never ends: it is cut, and the round begins anew. */
function endlessChain(link: string): CursorExpired {
  return new CursorExpired(`The chain of pages leads back to ${link.slice(0, 200)}`, null);
}

function referencesIn(elements: readonly DeltaElement[]): number {
  let count = 0;
  for (const element of elements) if (element.kind === 'present') count += element.references?.length ?? 0;
  return count;
}
