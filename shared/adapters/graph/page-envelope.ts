import { z } from 'zod';

import { BadPage } from '../../core/failures.js';
import { linkProblem } from '../../core/pinned-link.js';
import { shortAddress } from './short-address.js';

const envelope = z.looseObject({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().optional(),
  '@odata.deltaLink': z.string().optional(),
});

/** A page of a list or of a delta round, its elements not looked at yet. Both links are pinned. */
export interface PageEnvelope {
  readonly value: readonly unknown[];
  readonly nextLink: string | null;
  readonly deltaLink: string | null;
}

/** Where a page came from. */
export interface PageOrigin {
  readonly address: string;
  readonly graphOrigin: string;
}

export function badPage(origin: PageOrigin, problem: string, cause?: unknown): BadPage {
  return new BadPage(shortAddress(origin.address), problem, { cause });
}

/** @throws BadPage where the text is not JSON, has no `value` list, or names a link outside the cloud's Graph */
export function readEnvelope(text: string, origin: PageOrigin): PageEnvelope {
  const parsed = envelope.safeParse(readJson(text, origin));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badPage(origin, `${issue?.path.join('.') ?? ''} ${issue?.message ?? 'wrong shape'}`.trim());
  }
  const page = {
    value: parsed.data.value,
    nextLink: parsed.data['@odata.nextLink'] ?? null,
    deltaLink: parsed.data['@odata.deltaLink'] ?? null,
  };
  for (const link of [page.nextLink, page.deltaLink]) {
    const problem = link === null ? null : linkProblem(link, origin.graphOrigin);
    if (problem !== null) throw badPage(origin, `its link must not be followed: ${problem}`);
  }
  return page;
}

/** @throws BadPage where the text is not JSON */
export function readJson(text: string, origin: PageOrigin): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw badPage(origin, 'it is not JSON', error);
  }
}
