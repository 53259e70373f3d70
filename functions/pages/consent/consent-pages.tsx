import type { HttpResponseInit } from '@azure/functions';
import {
  beginConsent,
  beginSignInAgain,
  type BeginConsentOutcome,
  type BrowserCookie,
} from '../../../shared/use-cases/obtain-consent/begin-consent.js';
import { identifiedLink } from '../../../shared/use-cases/obtain-consent/identified-link.js';
import {
  linkPath,
  UNKNOWN_TENANT,
  type ConsentLink,
} from '../../../shared/use-cases/obtain-consent/ports.js';
import {
  readConsentRequest,
  type OpenedRequest,
} from '../../../shared/use-cases/obtain-consent/read-consent-request.js';
import { keptForSetupsOf } from '../../../shared/use-cases/kept-for-setups.js';
import { sessionPath } from '../administrator/addresses.js';
import { htmlAnswer, seeOther, type PageAnswer } from '../html-answer.js';
import { cameFromOverview } from '../overview-cookie.js';
import { PageProblem } from '../page-problem.js';
import type { Page, PageCall } from '../page.js';
import { callbackPage, signedInPage } from './callback-pages.js';
import { ConsentPage, SIGN_IN_AGAIN } from './consent-page.js';
import type { ConsentPageDependencies } from './dependencies.js';

/** The pages behind a link that asks for consent. */
export function consentPages(dependencies: ConsentPageDependencies): Page[] {
  return [
    {
      name: 'consent-link',
      method: 'GET',
      path: 'consent/{tenantId}/{token}',
      answer: (call) => show(dependencies, call),
    },
    {
      name: 'consent-begin',
      method: 'POST',
      path: 'consent/{tenantId}/{token}',
      answer: (call) => begin(dependencies, call),
    },
    callbackPage(dependencies),
    signedInPage(dependencies),
  ];
}

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function linkOf({ parameters }: PageCall): ConsentLink {
  const tenant = (parameters['tenantId'] ?? '').toLowerCase();
  if (tenant !== UNKNOWN_TENANT && !GUID.test(tenant)) throw unknownLink();
  return { tenantId: tenant === UNKNOWN_TENANT ? null : tenant, token: parameters['token'] ?? '' };
}

function unknownLink(): PageProblem {
  return new PageProblem(
    404,
    'This link is not known, or was used up.',
    'Check that it was copied whole, or ask the sender for a new one.',
  );
}

async function show(dependencies: ConsentPageDependencies, call: PageCall): Promise<PageAnswer> {
  const link = linkOf(call);
  const identified = await identifiedLink(dependencies, link);
  if (identified !== null) return seeOther(dependencies.publicUrl + linkPath(identified));
  const opened = await readConsentRequest(dependencies, dependencies, link);
  if (opened === null) throw unknownLink();
  const ofSetups = opened.tenant === null ? [] : await keptForSetupsOf(dependencies, opened.tenant.tenantId);
  return consentAnswer(dependencies, opened, overviewOf(call, link), ofSetups);
}

function overviewOf({ cookies }: PageCall, { tenantId }: ConsentLink): string | null {
  return tenantId !== null && cameFromOverview(cookies, tenantId) ? sessionPath(tenantId, 'overview') : null;
}

function consentAnswer(
  { publicUrl, dataRegion }: ConsentPageDependencies,
  opened: OpenedRequest,
  overview: string | null,
  ofSetups: readonly string[],
): PageAnswer {
  const { host } = new URL(publicUrl);
  const page = <ConsentPage {...{ opened, host, dataRegion, overview, ofSetups }} />;
  return htmlAnswer(page, { formTargets: [opened.loginOrigin] });
}

async function begin(dependencies: ConsentPageDependencies, call: PageCall): Promise<PageAnswer> {
  const link = linkOf(call);
  const start = call.form.has(SIGN_IN_AGAIN) ? beginSignInAgain : beginConsent;
  const outcome = await start(dependencies, dependencies, link);
  switch (outcome.kind) {
    case 'send':
      return seeOther(outcome.location, { cookies: [cookieOf(dependencies, outcome.cookie)] });
    case 'identified':
      return seeOther(dependencies.publicUrl + linkPath(outcome.link));
    case 'nothingLeft':
      return seeOther(dependencies.publicUrl + linkPath(link));
    case 'notFound':
    case 'expired':
    case 'bundleNotServed':
      throw beginProblem(outcome.kind);
  }
}

function beginProblem(
  kind: Extract<BeginConsentOutcome['kind'], 'notFound' | 'expired' | 'bundleNotServed'>,
): PageProblem {
  switch (kind) {
    case 'notFound':
      return unknownLink();
    case 'expired':
      return new PageProblem(410, 'This link has expired.', 'Ask the sender for a new one.');
    case 'bundleNotServed':
      return new PageProblem(
        409,
        'What this link asks for is not offered any more.',
        'Ask the sender for a new one.',
      );
  }
}

/** Lax: it must come along when the login service sends the browser back, and never with a form from elsewhere. */
function cookieOf(
  { publicUrl }: ConsentPageDependencies,
  { name, value, maxAgeSeconds }: BrowserCookie,
): NonNullable<HttpResponseInit['cookies']>[number] {
  const secure = new URL(publicUrl).protocol === 'https:';
  return {
    name,
    value,
    maxAge: maxAgeSeconds,
    path: '/api/consent',
    httpOnly: true,
    sameSite: 'Lax',
    secure,
  };
}
