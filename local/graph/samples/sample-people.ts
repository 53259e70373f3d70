import type { Attributes, DirectoryChange } from '../control-api.js';
import type { Random } from '../random.js';
import { sampleName } from './names.js';

const departments = [
  'Sales',
  'Engineering',
  'Finance',
  'Legal',
  'Operations',
  'Research & Development',
  'People',
  'Kundendienst',
];
const titles = [
  'Engineer',
  'Accountant',
  'Counsel',
  'Account Manager',
  'Analyst',
  'Team Lead',
  'Director',
  'Assistant',
];
const places = [
  {
    country: 'Switzerland',
    city: 'Zürich',
    officeLocation: 'ZRH/3',
    usageLocation: 'CH',
    postalCode: '8001',
  },
  {
    country: 'Ireland',
    city: 'Dún Laoghaire',
    officeLocation: 'DUB 1.14',
    usageLocation: 'IE',
    postalCode: 'A96',
  },
  { country: 'Japan', city: '東京', officeLocation: 'TYO 22F', usageLocation: 'JP', postalCode: '100-0001' },
  {
    country: 'United States',
    city: 'St. Louis',
    officeLocation: "O'Fallon Annex",
    usageLocation: 'US',
    postalCode: '63101',
  },
  { country: 'Israel', city: 'תל אביב', officeLocation: 'TLV 4', usageLocation: 'IL', postalCode: '61000' },
];

/** Creations of the people of a sample directory, the first of whom leads, and their managers. */
export function samplePeople(
  random: Random,
  count: number,
  domain: string,
): { ids: string[]; changes: DirectoryChange[] } {
  const ids = Array.from({ length: count }, () => random.guid());
  const changes: DirectoryChange[] = ids.map((id, n) => {
    return { kind: 'createUser', id, attributes: person(random, n, domain) };
  });
  for (let n = 1; n < count; n++) {
    const managerId = ids[Math.floor((n - 1) / 8)];
    if (managerId !== undefined && n % 11 !== 0)
      changes.push({ kind: 'setManager', userId: ids[n] ?? '', managerId });
  }
  return { ids, changes };
}

function person(random: Random, n: number, domain: string): Attributes {
  if (n % 25 === 24) return account(n, domain);
  const { given, surname } = sampleName(n);
  const place = random.pick(places);
  const nickname = `person${String(n).padStart(5, '0')}`;
  const guest = n % 20 === 13;
  const mail = guest ? `${nickname}@partner.example` : `${nickname}@${domain}`;
  return {
    displayName: place.country === 'Japan' ? `${surname} ${given}` : `${given} ${surname}`,
    givenName: given,
    surname,
    userPrincipalName: guest ? `${nickname}_partner.example#EXT#@${domain}` : mail,
    userType: guest ? 'Guest' : 'Member',
    accountEnabled: n % 17 !== 5,
    mail: n % 14 === 9 ? null : mail,
    mailNickname: nickname,
    proxyAddresses: n % 14 === 9 ? [] : [`SMTP:${mail}`, `smtp:${nickname}.alias@${domain}`],
    otherMails: guest ? [mail] : [],
    businessPhones: n % 3 === 0 ? [] : [`+41 44 555 ${String(n % 10_000).padStart(4, '0')}`],
    mobilePhone: n % 4 === 0 ? null : `+41 79 555 ${String(n % 10_000).padStart(4, '0')}`,
    preferredLanguage: random.pick(['en-GB', 'de-CH', 'ja-JP', 'he-IL', 'fr-CH']),
    companyName: guest ? 'Partner & Söhne' : 'Sample Company',
    employeeId: guest ? null : String(100_000 + n),
    ...workforce(n, guest),
    ...(n % 19 === 0 ? {} : { department: random.pick(departments), jobTitle: random.pick(titles) }),
    ...place,
  };
}

const streets = [
  'Bahnhofstrasse 1\r\n3. Stock',
  '12 Marine Road\nUnit 4\nRear entrance',
  '丸の内1-1-1',
  "O'Fallon Street 7\r\nSuite 1200",
  'רחוב הרצל 4\nקומה 2',
];
const divisions = ['North', 'South', 'Überregional'];

/** What a personnel system writes: not of guests, and with gaps, as in life. No chance, so that ids stay as they are. */
function workforce(n: number, guest: boolean): Attributes {
  if (guest) return {};
  const day = String((n % 28) + 1).padStart(2, '0');
  const month = String((n % 12) + 1).padStart(2, '0');
  const costCenter = `CC-${String((n % 7) * 100 + 1000)}`;
  return {
    streetAddress: streets[n % streets.length] ?? null,
    state: n % 5 === 3 ? 'Missouri' : null,
    employeeType: n % 9 === 4 ? 'Contractor' : 'Employee',
    ...(n % 6 === 5 ? {} : { employeeHireDate: `${2008 + (n % 17)}-${month}-${day}T00:00:00Z` }),
    ...(n % 8 === 6
      ? {}
      : { employeeOrgData: { division: n % 3 === 0 ? null : (divisions[n % 3] ?? null), costCenter } }),
    ...(n % 2 === 0
      ? {
          onPremisesExtensionAttributes: {
            extensionAttribute1: costCenter,
            extensionAttribute5: `shift-${n % 3}`,
          },
        }
      : {}),
  };
}

/** Rooms and shared mailboxes: accounts that are nobody. */
function account(n: number, domain: string): Attributes {
  const room = n % 50 === 24;
  const name = room ? `room-${n}` : `shared-${n}`;
  return {
    displayName: room ? `Meeting Room "Säntis" ${n}` : `Info & Support ${n}`,
    userPrincipalName: `${name}@${domain}`,
    mail: `${name}@${domain}`,
    mailNickname: name,
    accountEnabled: false,
    userType: 'Member',
    ...(room ? { officeLocation: 'ZRH/3' } : {}),
  };
}
