import type { AttributeMapping, FieldMapping, FieldPolicy, Preset } from './setup.js';

function fields(policy: FieldPolicy, sources: Readonly<Record<string, string>>): readonly FieldMapping[] {
  return Object.entries(sources).map(([to, from]) => ({
    from,
    to,
    policy,
    visible: true,
    usableInRules: true,
  }));
}

function underTheirOwnNames(names: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, name]));
}

/** The fields that each preset maps: what a workplace product, a contact card, a workforce tool and an MSP ask for. */
export const PRESET_FIELDS: Readonly<Record<Preset, readonly FieldMapping[]>> = {
  workplace: fields(
    'authoritative',
    underTheirOwnNames(
      'id accountEnabled companyName displayName givenName mail mobilePhone officeLocation preferredLanguage surname userType',
    ),
  ),
  contactCard: fields('neverBlank', {
    name: 'displayName',
    mail: 'mail',
    address1: 'streetAddress.line1',
    address2: 'streetAddress.line2',
    city: 'city',
    state: 'state',
    postalCode: 'postalCode',
    businessPhone: 'businessPhones.first',
    mobilePhone: 'mobilePhone',
    jobTitle: 'jobTitle',
  }),
  workforce: fields('authoritative', {
    employee_id: 'employeeId',
    job_title: 'jobTitle',
    employment_start_date: 'employeeHireDate',
    employment_status: 'accountEnabled.status',
    employee_type: 'employeeType',
    department_name: 'department',
    division_name: 'employeeOrgData.division',
    cost_center_name: 'employeeOrgData.costCenter',
    street_address: 'streetAddress',
    raw_address: 'fullAddress',
    city: 'city',
    region: 'state',
    postal_code: 'postalCode',
    country: 'country',
    manager_name: 'manager.displayName',
    manager_email: 'manager.mail',
    preferred_language: 'preferredLanguage',
  }),
  msp: fields(
    'authoritative',
    underTheirOwnNames(
      'id accountEnabled displayName givenName surname userPrincipalName mail userType jobTitle department companyName officeLocation mobilePhone businessPhones usageLocation',
    ),
  ),
};

/** All fields of a mapping: the preset's, and the setup's own, which take the place of the preset's under the same `to`. */
export function effectiveFields(attributes: AttributeMapping): readonly FieldMapping[] {
  const preset = attributes.preset === null ? [] : PRESET_FIELDS[attributes.preset];
  return [...new Map([...preset, ...attributes.fields].map((field) => [field.to, field])).values()];
}
