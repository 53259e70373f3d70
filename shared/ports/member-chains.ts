import type { MemberChain } from '../core/member-chain.js';
import type { Fence } from './scope.js';

/** The chains that tell the members of needed groups. Every method may throw Unavailable or Throttled. */
export interface MemberChains {
  /** Of a tenant, in no order that means anything. */
  all(tenantId: string): Promise<readonly MemberChain[]>;
  /** One write in one piece. @throws LeaseLost */
  save(fence: Fence, chain: MemberChain): Promise<void>;
  /** Absent is no fault. @throws LeaseLost */
  remove(fence: Fence, chainId: string): Promise<void>;
}
