import type { Fault, FaultRule } from '../control-api.js';
import { Random } from '../random.js';

/** Faults that change what a page says, as opposed to replacing the answer. */
export type PageFault = Extract<
  Fault,
  {
    kind:
      | 'noValueList'
      | 'bothLinks'
      | 'neitherLink'
      | 'elementWithoutId'
      | 'emptyPage'
      | 'replay'
      | 'repeatedToken';
  }
>;

/** What the rules say about one request. */
export interface FiredFaults {
  readonly page: readonly PageFault[];
  readonly answer: Exclude<Fault, PageFault | { kind: 'delay' }> | undefined;
  readonly delayMs: number;
}

interface Entry {
  readonly id: string;
  readonly rule: FaultRule;
  readonly path: RegExp | undefined;
  readonly random: Random;
  matched: number;
  fired: number;
}

const nothing: FiredFaults = { page: [], answer: undefined, delayMs: 0 };

/** The fault rules in force, in the order they were added. */
export class FaultRules {
  #entries: Entry[] = [];
  #made = 0;

  add(rule: FaultRule): string {
    const id = `fault-${++this.#made}`;
    const path = rule.path === undefined ? undefined : new RegExp(rule.path, 'i');
    this.#entries.push({ id, rule, path, random: new Random(rule.seed ?? 1), matched: 0, fired: 0 });
    return id;
  }

  list(): (FaultRule & { readonly id: string; readonly fired: number })[] {
    return this.#entries.map(({ id, rule, fired }) => ({ ...rule, id, fired }));
  }

  clear(which: { readonly id?: string; readonly tenantId?: string } = {}): void {
    const all = which.id === undefined && which.tenantId === undefined;
    this.#entries = this.#entries.filter(
      ({ id, rule }) =>
        !all && id !== which.id && (which.tenantId === undefined || rule.tenantId !== which.tenantId),
    );
  }

  /** Fires what matches; each rule counts its own matches. */
  fire(login: boolean, tenantId: string | undefined, method: string, url: URL): FiredFaults {
    if (this.#entries.length === 0) return nothing;
    const page: PageFault[] = [];
    let answer: FiredFaults['answer'];
    let delayMs = 0;
    for (const entry of this.#entries) {
      if (answer !== undefined || !matches(entry, login, tenantId, method, url) || !mayFire(entry)) continue;
      entry.fired++;
      const { fault } = entry.rule;
      if (fault.kind === 'delay') delayMs += fault.milliseconds;
      else if (isPageFault(fault)) page.push(fault);
      else answer = fault;
    }
    return { page, answer, delayMs };
  }
}

function matches(
  entry: Entry,
  login: boolean,
  tenantId: string | undefined,
  method: string,
  url: URL,
): boolean {
  const { rule, path } = entry;
  if ((rule.login ?? false) !== login) return false;
  if (rule.tenantId !== undefined && rule.tenantId.toLowerCase() !== tenantId) return false;
  if (rule.method !== undefined && rule.method.toUpperCase() !== method) return false;
  return path === undefined || path.test(decoded(url));
}

function decoded(url: URL): string {
  return url.pathname + decodeURIComponent(url.search.replaceAll('+', ' '));
}

function mayFire(entry: Entry): boolean {
  const { rule } = entry;
  const times = rule.times === undefined ? 1 : (rule.times ?? Infinity);
  if (entry.fired >= times || ++entry.matched <= (rule.skip ?? 0)) return false;
  return rule.probability === undefined || entry.random.next() < rule.probability;
}

function isPageFault(fault: Fault): fault is PageFault {
  switch (fault.kind) {
    case 'noValueList':
    case 'bothLinks':
    case 'neitherLink':
    case 'elementWithoutId':
    case 'emptyPage':
    case 'replay':
    case 'repeatedToken':
      return true;
    case 'status':
    case 'tokenExpired':
    case 'loginRefused':
    case 'cutConnection':
    case 'notJson':
    case 'delay':
      return false;
  }
}
