import { CATALOG, type CatalogEntry, type FindingCode, type Severity } from './catalog.js';

/** Something that the doctor found: what is the matter and the one thing to do, a sentence or two each. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly message: string;
  readonly fix: string;
}

/** What one finding says in place of the catalog's general words. */
interface Particulars {
  readonly message?: string;
  readonly fix?: string;
  /** Needed for codes whose severity depends. */
  readonly severity?: Severity;
}

export function finding(code: FindingCode, particulars: Particulars = {}): Finding {
  const entry: CatalogEntry = CATALOG[code];
  return {
    code,
    severity: particulars.severity ?? (entry.severity === 'grave' ? 'error' : entry.severity),
    message: particulars.message ?? entry.meaning,
    fix: particulars.fix ?? entry.fix,
  };
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
const CODES = Object.keys(CATALOG);

/** The gravest first, then in the order of the catalog; what is said twice stays once. */
export function ordered(findings: readonly Finding[]): Finding[] {
  const distinct = new Map(findings.map((each) => [JSON.stringify([each.code, each.message]), each]));
  return [...distinct.values()].sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      CODES.indexOf(a.code) - CODES.indexOf(b.code),
  );
}
