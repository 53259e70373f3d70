/** What may be wrong with a setup. A code never changes its meaning; docs/api.md lists them. */
export const SETUP_FAULT_CODES = [
  'Contradiction',
  'Duplicate',
  'GroupDeleted',
  'GroupNotFound',
  'GroupNotSecurityEnabled',
  'InvalidCondition',
  'InvalidName',
  'InvalidValue',
  'NotSupported',
  'NotUsableInRules',
  'OrganizationNotFound',
  'TooMany',
  'UnknownAttribute',
  'UnknownCatalogEntry',
  'UnsupportedAttribute',
] as const;
export type SetupFaultCode = (typeof SETUP_FAULT_CODES)[number];

/** A fault of a setup, at its place. */
export interface SetupFault {
  /** As in the document that an editor writes: `grants[3].source.group`. */
  readonly path: string;
  readonly code: SetupFaultCode;
  /** A sentence. */
  readonly message: string;
  /** Within the text of a condition: characters before the place. Null where the whole value is at fault. */
  readonly position: number | null;
}

export function fault(
  path: string,
  code: SetupFaultCode,
  message: string,
  position: number | null = null,
): SetupFault {
  return { path, code, message, position };
}

/** A fault at each item of a list that stands there before already. @param what an item is: "The group" */
export function duplicates(path: string, items: readonly string[], what: string): readonly SetupFault[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    if (!seen.has(item)) {
      seen.add(item);
      return [];
    }
    return [fault(`${path}[${index}]`, 'Duplicate', `${what} ${JSON.stringify(item)} is named twice.`)];
  });
}
