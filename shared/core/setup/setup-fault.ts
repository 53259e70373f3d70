/** What may be wrong with a setup. A code never changes its meaning; docs/api.md lists them. */
export const SETUP_FAULT_CODES = [
  'UnknownOrganization',
  'UnknownCatalogEntry',
  'UnknownGroup',
  'UnsuitableGroup',
] as const;
export type SetupFaultCode = (typeof SETUP_FAULT_CODES)[number];

/** A fault of a setup, or what could not be made sure of. */
export interface SetupFault {
  /** As in the document that an editor writes: `grants[3].source.group`. */
  readonly path: string;
  readonly code: SetupFaultCode;
  /** A sentence. */
  readonly message: string;
}
