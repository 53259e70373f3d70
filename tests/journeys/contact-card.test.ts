import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { person, Traveller, user } from './traveller.js';

let operator: Traveller;
const setup = 'setups/cards';

/** What an address book exports: a byte order mark, semicolons, quotes, its own column names. */
const csv = [
  '\ufeffid;Email;Full Name;Mobile Phone;Title;Note',
  'C-1; ADA@customer.example ;Ada L.;;;"colleague; old"',
  'C-2;;Holm, Ben;+45 20 11 22 33;Chef;',
  'C-3;;Cleopatra Marsh;;;',
  'C-4;;Somebody Else;;;=1+1',
].join('\r\n');

interface Suggestion {
  readonly userName: string;
  readonly recordId: string;
  readonly score: number;
  readonly because: { readonly name: number; readonly phone: number; readonly jobTitle: number };
}

beforeAll(async () => {
  operator = await Traveller.setOut([
    person(0, 'Ada Lovelace', { jobTitle: 'Analyst', city: 'Aarhus' }),
    person(1, 'Ben Holm', { mobilePhone: '20112233', country: 'DK', jobTitle: 'Chef' }),
    person(2, 'Cleo Marsh'),
  ]);
  await operator.register();
  const attributes = { preset: 'contactCard' };
  const scope = { kind: 'directory' };
  const document = { designation: 'Cards', organizationId: 'customer', scope, attributes };
  await operator.ok('PUT', setup, { ...document, match: ['entraId', 'mail'] });
});
afterAll(async () => {
  await operator.goHome();
});

describe('contacts that are kept in line', () => {
  it('takes the product’s records as CSV, all of them or none', async () => {
    const faulty = await operator.ask('POST', `${setup}/records`, `${csv}\r\nC-1;;Twice;;;`);
    expect(faulty).toMatchObject({ status: 400, body: { error: { code: 'InvalidRequest' } } });
    const upload = await operator.ok<{ id: string }>('POST', `${setup}/records`, csv);
    expect(upload).toMatchObject({ rows: 4 });
    await operator.start('cards');
    await operator.sync();
    await operator.isTold();
    await operator.eventually(async () => {
      expect(await operator.ok('GET', `${setup}/uploads/${upload.id}`)).toMatchObject({
        status: 'Succeeded',
      });
    });
  });

  it('ties who has the same mail, and leaves alone what Entra has no value for', async () => {
    const people = await operator.eventually(async () => {
      const found = await operator.people('cards');
      expect(found['Ada Lovelace']).toMatchObject({ recordId: 'C-1', matchedBy: 'mail' });
      return found;
    });
    expect(people['Ada Lovelace']?.attributes).toEqual({
      name: 'Ada Lovelace',
      mail: 'ada@customer.example',
      city: 'Aarhus',
      jobTitle: 'Analyst',
    });
    expect(people['Cleo Marsh']).toMatchObject({ recordId: null, status: 'active' });
  });

  it('keeps the card when a value is blanked in Entra, and follows one that is set', async () => {
    await operator.change({
      kind: 'updateUser',
      id: user(0),
      attributes: { jobTitle: null, city: 'Odense' },
    });
    await operator.eventually(async () => {
      const ada = (await operator.people('cards'))['Ada Lovelace'];
      expect(ada?.attributes).toEqual({ name: 'Ada Lovelace', mail: 'ada@customer.example', city: 'Odense' });
    });
  });

  it('suggests who may be whom by name, phone and title, and accepts above a score', async () => {
    const suggestions = await operator.list<Suggestion>(`${setup}/suggestions`);
    const ben = suggestions.find(({ userName }) => userName === 'Ben Holm');
    expect(ben).toMatchObject({ recordId: 'C-2', score: 1, because: { name: 1, phone: 1, jobTitle: 1 } });
    const cleo = suggestions.find(({ userName }) => userName === 'Cleo Marsh');
    expect(cleo).toMatchObject({ recordId: 'C-3', because: { phone: 0 } });
    const accepted = await operator.ok('POST', `${setup}/matches/accept`, { minScore: 0.8 });
    expect(accepted).toMatchObject({ accepted: 1 });
    await operator.eventually(async () => {
      const people = await operator.people('cards');
      expect(people['Ben Holm']).toMatchObject({ recordId: 'C-2', matchedBy: 'chosen' });
      expect(people['Cleo Marsh']).toMatchObject({ recordId: null });
    });
  });

  it('lets an operator choose, refuses a record that is taken, and releases', async () => {
    await operator.ok('POST', `${setup}/matches`, { userId: user(2), recordId: 'C-3' });
    const taken = await operator.ask('POST', `${setup}/matches`, { userId: user(0), recordId: 'C-3' });
    expect(taken).toMatchObject({ status: 409, body: { error: { code: 'RecordTaken' } } });
    await operator.eventually(async () => {
      expect((await operator.people('cards'))['Cleo Marsh']).toMatchObject({ recordId: 'C-3' });
    });
    await operator.ok('DELETE', `${setup}/matches/${user(2)}`);
    await operator.eventually(async () => {
      expect((await operator.people('cards'))['Cleo Marsh']).toMatchObject({ recordId: null });
    });
  });

  it('gives the records back without a formula that a spreadsheet would run', async () => {
    const address = `${operator.road.stack.addresses.functionsUrl}/api/v1/tenants/${operator.tenantId}/${setup}/records`;
    const answer = await fetch(address, { headers: { accept: 'text/csv' } });
    expect(await answer.text()).toContain("'=1+1");
  });
});
