import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { Api } from './api-harness.js';
import { idOf, tenant, TENANT } from './sample-rows.js';

const PATH = `/v1/tenants/${TENANT}`;

const credential = { kind: 'clientSecret', clientId: idOf(9), secretValue: 'value' };
const wish = { tenantId: idOf(8), displayName: 'Contoso', credential };

let api: Api;

beforeEach(async () => {
  api = new Api();
  await api.stores.tenants.create(tenant());
});

describe('a field that there is not', () => {
  it('is answered with the field that was probably meant, or with all if they are few', async () => {
    const slip = await api.post('/v1/tenants', { ...wish, dispalyName: 'x' });
    expect(slip.body.error.message).toBe('There is no field dispalyName. Did you mean displayName?');
    expect((await api.post(`${PATH}/runs`, { wrong: 1 })).body.error.message).toBe(
      'There is no field wrong. Known are jobs, full.',
    );
  });
});

describe('a refused field', () => {
  it.each<[object, string]>([
    [{ displayName: undefined }, 'displayName is required.'],
    [{ displayName: 7 }, 'displayName must be text.'],
    [{ displayName: '' }, 'displayName must not be empty.'],
    [{ displayName: 'x'.repeat(257) }, 'displayName must have at most 256 characters.'],
    [{ cloud: 'mars' }, 'cloud must be global, usgov, usgovdod, china or local.'],
    [{ organizationIds: 'one' }, 'organizationIds must be a list.'],
    [{ organizationIds: Array(101).fill('o') }, 'organizationIds must have at most 100 items.'],
    [{ organizationIds: ['a', 1] }, 'organizationIds[1] must be text.'],
    [{ owner: 'Ada' }, 'owner must be an object.'],
    [{ owner: { name: 'Ada', mail: 'ada' } }, 'owner.mail must be a mail address.'],
    [
      { timeZone: 'Europe/Atlantis' },
      'timeZone must be a time zone of the IANA database, such as Europe/Copenhagen.',
    ],
    [{ nightlyAt: '24:00' }, 'nightlyAt must be a local time as HH:MM.'],
    [{ tenantId: 'common' }, 'tenantId must be a tenant id (GUID) or a verified domain.'],
    [{ credential: { ...credential, kind: 'certificate' } }, 'credential.kind must be clientSecret.'],
    [{ credential: { ...credential, clientId: 'app' } }, 'credential.clientId must be a GUID.'],
    [{ credential: { ...credential, secretValue: ' ' } }, 'credential.secretValue must not be empty.'],
    [
      { credential: { ...credential, expiresOn: 'soon' } },
      'credential.expiresOn must be a date or an instant as ISO 8601, such as 2027-01-31 or 2027-01-31T00:00:00Z.',
    ],
  ])('is told in a sentence with its name (%j)', async (over, message) => {
    const { status, body } = await api.post('/v1/tenants', { ...wish, ...over });
    expect([status, body.error.message]).toEqual([400, message]);
  });

  it.each<[string, unknown, string]>([
    ['PATCH', { paused: 'yes' }, 'paused must be true or false.'],
    ['PATCH', [], 'The body must be an object.'],
    ['POST', { jobs: ['contacts'] }, 'jobs[0] must be a job of this version: users, groups, people.'],
    ['POST', { jobs: [] }, 'jobs must not be empty.'],
  ])('of a %s as well (%j)', async (method, body, message) => {
    const answer = await api.ask(method, method === 'PATCH' ? PATH : `${PATH}/runs`, { body });
    expect([answer.status, answer.body.error.message]).toEqual([400, message]);
  });

  it.each([
    ['/users?deleted=maybe', 'deleted must be true or false.'],
    ['/users?top=1e2', 'top must be a whole number from 1 to 1000.'],
    ['/users?top=0x10', 'top must be a whole number from 1 to 1000.'],
    ['/users?top=1.0', 'top must be a whole number from 1 to 1000.'],
    ['/users?top=%2B5', 'top must be a whole number from 1 to 1000.'],
    ['/users?top=%205', 'top must be a whole number from 1 to 1000.'],
    ['/users?top=', 'top must be a whole number from 1 to 1000.'],
    ['/users?top=1001', 'top must be a whole number from 1 to 1000.'],
    ['/users?after=%2F..', 'after must be the position that a nextLink carries.'],
  ])('of a query as well (%s)', async (address, message) => {
    const { status, body } = await api.get(PATH + address);
    expect([status, body.error.code, body.error.message]).toEqual([400, 'InvalidRequest', message]);
  });
});

describe('an answer that refuses', () => {
  const PUT = `${PATH}/setups/front-desk`;
  const document = { designation: 'Desk', organizationId: 'org-1', scope: { kind: 'directory' } };

  it('names twenty faults, and says how many more there are', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`field${at}`, 1]));
    const { status, body, text } = await api.ask('PUT', PUT, { body: { ...document, ...unknown } });
    expect([status, body.error.code, body.error.target]).toEqual([400, 'UnknownField', 'field0']);
    expect(body.error.message).toBe('There is no field field0. 99980 more are not listed.');
    expect(body.error).toMatchObject({ omittedDetails: 99_980 });
    expect(body.error.details).toHaveLength(20);
    expect(text.length).toBeLessThan(5_000);
  });

  it('names all of them while they are few', async () => {
    const { body } = await api.ask('PUT', PUT, { body: { ...document, one: 1, two: 2 } });
    expect(body.error.details?.map(({ target }) => target)).toEqual(['one', 'two']);
    expect(body.error).not.toHaveProperty('omittedDetails');
  });

  it('repeats no more of a request than a few lines', async () => {
    const { body, text } = await api.patch(PATH, { [`${'x'.repeat(990)}😀${'y'.repeat(500_000)}`]: 1 });
    expect(body.error.code).toBe('UnknownField');
    expect(body.error.message.endsWith('…')).toBe(true);
    expect(text.length).toBeLessThan(2_000);
  });

  it('says that there is too much in a body, or that it goes too deep, without reading it', async () => {
    const many = await api.patch(PATH, `[${'{},'.repeat(30_000)}{}]`);
    expect([many.status, many.body.error.code]).toEqual([413, 'BodyTooLarge']);
    expect(many.body.error.message).toBe('A body has at most 20000 values here; this has 60003.');
    const deep = await api.patch(PATH, `${'['.repeat(500_000)}${']'.repeat(500_000)}`);
    expect([deep.status, deep.body.error.code]).toEqual([400, 'InvalidJson']);
    expect(deep.body.error.message).toBe(
      'The body has more than 32 levels of lists and objects within each other.',
    );
    const within = await api.patch(PATH, { displayName: '[{,'.repeat(60) });
    expect(within.status).toBe(200);
  });
});

it('a time zone is kept in the letters of the IANA database', async () => {
  const made = await api.post('/v1/tenants', { ...wish, credential: undefined, timeZone: 'europe/berlin' });
  expect([made.status, made.body['timeZone']]).toEqual([201, 'Europe/Berlin']);
  const edited = await api.ask('PATCH', PATH, { body: { timeZone: 'ASIA/KOLKATA' } });
  expect(edited.body['timeZone']).toBe('Asia/Kolkata');
});

describe('free text', () => {
  const broken = ['\u0000', '\u0007', '\n', '\u007f', '\u0085', '\ud800', '\udc00', '\udc00\ud800'];
  const sentence = (field: string): string =>
    `${field} must have no control characters and no broken characters.`;

  it.each(broken)('with %j within is refused, and nothing is stored', async (piece) => {
    const text = `Con${piece}toso`;
    for (const [field, edit] of Object.entries({
      displayName: { displayName: text },
      'owner.name': { owner: { name: text, mail: 'ada@contoso.example' } },
      'organizationIds[0]': { organizationIds: [text] },
    })) {
      const { status, body } = await api.patch(PATH, edit);
      expect([status, body.error.target, body.error.message]).toEqual([400, field, sentence(field)]);
    }
    const { body } = await api.post('/v1/tenants', {
      ...wish,
      credential: { ...credential, secretValue: text },
    });
    expect(body.error.message).toBe(sentence('credential.secretValue'));
    expect(api.world.probed).toEqual([]);
    expect((await api.get(PATH)).body).toMatchObject({ displayName: 'Contoso', owner: null });
  });

  it('of any language, with marks and pictures, is taken as it is', async () => {
    const names = ['Zoë O’Neil', 'שלום עולם', '株式会社', '👩‍👩‍👧 & Söhne', 'a\u200fb', '𝒳'];
    for (const displayName of names)
      expect((await api.patch(PATH, { displayName })).body).toMatchObject({ displayName });
  });

  it('is taken exactly where it is well-formed and without control characters', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom(...broken, 'a', 'é', '𝒳'), fc.string({ unit: 'binary' })), {
          maxLength: 4,
        }),
        async (pieces) => {
          const displayName = `x${pieces.join('')}x`;
          const plain = Array.from(displayName).every((character) => {
            const point = character.codePointAt(0) ?? 0;
            return (
              point >= 0x20 && !(point >= 0x7f && point <= 0x9f) && !(point >= 0xd800 && point <= 0xdfff)
            );
          });
          expect((await api.patch(PATH, { displayName })).status).toBe(plain ? 200 : 400);
        },
      ),
      { numRuns: 200 },
    );
  });
});
