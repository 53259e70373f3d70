import { chainWithout, withNested, type MemberChain } from '../../../core/member-chain.js';
import type { Edge } from '../../../core/mirror-rows.js';
import { followedGroups } from '../../../core/needed-groups.js';
import type { MemberChains } from '../../../ports/member-chains.js';
import type { Fence } from '../../../ports/scope.js';

/** The chains of a tenant as one job knows them: each change is saved before it is known here. */
export class ChainBook {
  private followed: ReadonlySet<string>;

  private constructor(
    private readonly store: MemberChains,
    private readonly fence: Fence,
    private chains: readonly MemberChain[],
  ) {
    this.followed = followedGroups(chains);
  }

  static async open(store: MemberChains, fence: Fence): Promise<ChainBook> {
    return new ChainBook(store, fence, await store.all(fence.tenantId));
  }

  get all(): readonly MemberChain[] {
    return this.chains;
  }

  follows(groupId: string): boolean {
    return this.followed.has(groupId);
  }

  async save(chain: MemberChain): Promise<MemberChain> {
    await this.store.save(this.fence, chain);
    const others = this.chains.filter(({ chainId }) => chainId !== chain.chainId);
    this.know([...others, chain]);
    return chain;
  }

  async remove(chain: MemberChain): Promise<void> {
    await this.store.remove(this.fence, chain.chainId);
    this.know(this.chains.filter(({ chainId }) => chainId !== chain.chainId));
  }

  private know(chains: readonly MemberChain[]): void {
    this.chains = chains;
    this.followed = followedGroups(chains);
  }

  /**
   * Groups that come alive: what their chain told of them while they were not there is lost, so they go on in a chain
   * of their own that begins from nothing.
   */
  async readAnew(groupIds: readonly string[]): Promise<void> {
    const anew = new Set(groupIds);
    for (const chain of this.chains) {
      const after = chainWithout(chain, anew, 'keep');
      if (after !== chain) await this.save(after);
    }
  }

  /** Before edges are written that no chain tells. */
  async noteNested(edges: readonly Edge[]): Promise<void> {
    const nested = edges.filter(({ memberType }) => memberType === 'group');
    if (nested.length === 0) return;
    for (const chain of this.chains)
      if (nested.some(({ groupId }) => chain.groupIds.includes(groupId)))
        await this.save(withNested(chain, nested));
  }
}
