import { BUNDLE_FACTS } from '../bundle.js';
import type { Severity } from './catalog.js';
import type { ExaminedApplication } from './facts.js';

/** An application as an administrator knows it. */
export function nameOf({ origin, clientId, bundles }: ExaminedApplication): string {
  if (origin === 'credential') return `The application ${clientId}`;
  const titles = bundles.map((bundle) => `“${BUNDLE_FACTS[bundle].title}”`);
  return `The application for ${titles.join(' and ')} (${clientId})`;
}

/** What goes wrong with it is an error where users and groups are read by it, else a warning. */
export function weightOf({ bundles }: Pick<ExaminedApplication, 'bundles'>): Severity {
  return bundles.includes('directory') ? 'error' : 'warning';
}
