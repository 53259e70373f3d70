import { SESSION_MS } from '../../../shared/core/admin-link.js';
import { BUNDLE_FACTS } from '../../../shared/core/bundle.js';
import {
  offerConsent,
  type OfferPorts,
  type OfferSettings,
} from '../../../shared/use-cases/obtain-consent/offer-consent.js';
import type { StartConsent } from './work.js';

/** Makes a request for what was not consented yet, good as long as the session that wants it. */
export function createStartConsent(ports: OfferPorts, settings: OfferSettings): StartConsent {
  return async ({ tenantId }, askedBy) => {
    const wish = { bundles: null, askedBy, expiresInMs: SESSION_MS };
    const outcome = await offerConsent(ports, settings, tenantId, wish);
    switch (outcome.kind) {
      case 'offered':
        return { kind: 'started', url: outcome.url };
      case 'bundleNotServed':
        return {
          kind: 'refused',
          finding: `Nobody here can ask for “${BUNDLE_FACTS[outcome.bundle].title}” in the cloud of this directory.`,
          fix: `Tell ${askedBy}, or enter a client secret of an application of your own.`,
        };
      case 'notFound':
      case 'disconnecting':
        return {
          kind: 'refused',
          finding: 'This directory is being disconnected.',
          fix: `Ask ${askedBy}, if that is a mistake.`,
        };
    }
  };
}
