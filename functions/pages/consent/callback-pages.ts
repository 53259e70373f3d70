import {
  identifyTenant,
  type IdentifyTenantOutcome,
} from '../../../shared/use-cases/obtain-consent/identify-tenant.js';
import { linkPath, type ConsentLink } from '../../../shared/use-cases/obtain-consent/ports.js';
import { returnFromConsent } from '../../../shared/use-cases/obtain-consent/return-from-consent.js';
import { seeOther, type PageAnswer } from '../html-answer.js';
import { PageProblem } from '../page-problem.js';
import type { Page, PageCall } from '../page.js';
import type { ConsentPageDependencies } from './dependencies.js';

/** Where the consent page of the login service sends browsers back to. */
export function callbackPage(dependencies: ConsentPageDependencies): Page {
  return {
    name: 'consent-callback',
    method: 'GET',
    path: 'consent/callback',
    async answer(call) {
      const callback = {
        state: valueOf(call, 'state'),
        error: valueOf(call, 'error'),
        errorDescription: valueOf(call, 'error_description'),
        tenant: valueOf(call, 'tenant'),
        adminConsent: valueOf(call, 'admin_consent'),
      };
      const outcome = await returnFromConsent(dependencies, callback, cookieIn(call));
      switch (outcome.kind) {
        case 'back':
          return backTo(dependencies, outcome.link, outcome.cookieName);
        case 'unknownState':
        case 'expiredState':
          throw stateProblem(outcome.kind);
        case 'foreignTenant':
          throw new PageProblem(409, outcome.reason, outcome.fix);
      }
    },
  };
}

/** Where the sign-in that tells the tenant sends browsers back to. */
export function signedInPage(dependencies: ConsentPageDependencies): Page {
  return {
    name: 'consent-signed-in',
    method: 'GET',
    path: 'consent/signed-in',
    async answer(call) {
      const callback = {
        state: valueOf(call, 'state'),
        code: valueOf(call, 'code'),
        error: valueOf(call, 'error'),
        errorDescription: valueOf(call, 'error_description'),
      };
      const outcome = await identifyTenant(dependencies, dependencies, callback, cookieIn(call));
      if (outcome.kind === 'identified') return backTo(dependencies, outcome.link, outcome.cookieName);
      throw signInProblem(outcome);
    },
  };
}

/** Null also where it is given twice. */
function valueOf({ query }: PageCall, name: string): string | null {
  return query.get(name) ?? null;
}

function cookieIn({ cookies }: PageCall): (name: string) => string | null {
  return (name) => cookies.get(name) ?? null;
}

/** On to the link's page, so that no address with a state or code stays in the browser; its cookie is used up. */
function backTo({ publicUrl }: ConsentPageDependencies, link: ConsentLink, cookieName: string): PageAnswer {
  const spent = { name: cookieName, value: '', maxAge: 0, path: '/api/consent', httpOnly: true } as const;
  return seeOther(publicUrl + linkPath(link), { cookies: [spent] });
}

function stateProblem(kind: 'unknownState' | 'expiredState'): PageProblem {
  switch (kind) {
    case 'unknownState':
      return new PageProblem(
        400,
        'This answer of the sign-in page was not asked for in this browser, or was taken before.',
        'Open the link that you were sent and continue from there.',
      );
    case 'expiredState':
      return new PageProblem(
        410,
        'It took more than half an hour to come back from the sign-in page.',
        'Open the link that you were sent and continue once more.',
      );
  }
}

function signInProblem(outcome: Exclude<IdentifyTenantOutcome, { kind: 'identified' }>): PageProblem {
  switch (outcome.kind) {
    case 'alreadyKnown':
      return new PageProblem(
        409,
        'This directory is connected already, or awaits consent by another link.',
        'Ask the person who sent you the link for one of that directory.',
      );
    case 'decidedAlready':
      return new PageProblem(
        409,
        'Since then, consent for another directory was given by this link.',
        'Ask whoever sent you the link for a new one.',
      );
    case 'refused':
      return new PageProblem(409, outcome.reason, outcome.fix);
    case 'unknownState':
    case 'expiredState':
      return stateProblem(outcome.kind);
  }
}
