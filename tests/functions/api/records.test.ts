import { beforeEach, describe, expect, it } from 'vitest';
import { aPerson } from '../../builders/person.js';
import { aSetup, aSetupDocument } from '../../builders/setup.js';
import { createRecordMatching } from '../../../shared/use-cases/matching/record-matching.js';
import type { MatchUser } from '../../../shared/core/matching/product-record.js';
import { Api, type Answered } from './api-harness.js';
import { FENCE, idOf, tenant, TENANT } from './sample-rows.js';

const setup = aSetup({ tenantId: TENANT, document: aSetupDocument({ match: ['mail'] }) });
const PATH = `/v1/tenants/${TENANT}/setups/${setup.setupId}`;
const csv = { headers: { 'content-type': 'text/csv' } };

let api: Api;
let users: MatchUser[];
beforeEach(async () => {
  api = new Api();
  users = [];
  await api.stores.tenants.create(tenant({ bucketCount: FENCE.bucketCount }));
  await api.stores.setups.insert(setup);
});

function user(number: number, more: Partial<MatchUser>): MatchUser {
  const nothing = {
    mail: null,
    aliases: [],
    initials: null,
    displayName: null,
    phones: [],
    jobTitle: null,
    country: null,
  };
  return { directoryId: idOf(number), ...nothing, ...more };
}

/** What the tenant's job does. */
async function work(of = setup): Promise<void> {
  const matching = createRecordMatching({ ...api.dependencies, ...api.stores });
  const rows = users.map(({ directoryId: id }) => ({ id, presence: 'live' as const }));
  await api.stores.mirror.writeUsers(
    FENCE,
    rows.map((row) => ({ ...row, attributes: {}, managerId: null })),
  );
  const everybody = async function* () {
    await Promise.resolve();
    yield users.map((one) => ({ directoryId: one.directoryId, user: one, presence: 'live' as const }));
  };
  const job = {
    mark: () => Promise.resolve(),
    mayGoOn: () => Promise.resolve(true),
    keepAlive: () => Promise.resolve(),
  };
  await matching.takeOver(FENCE, of, everybody, job);
}

async function uploaded(body: string | Uint8Array, query = ''): Promise<readonly object[]> {
  const { status, body: answer } = await api.post(`${PATH}/records${query}`, body, csv);
  expect([status, answer.error]).toEqual([202, undefined]);
  await work();
  return (await api.get(`${PATH}/records`)).body.value;
}

function faultsOf({ status, body }: Answered): unknown[] {
  expect(status).toBe(400);
  return body.error.details?.map(({ message }) => message) ?? [body.error.message];
}

describe('a setup that was never started', () => {
  it.each([
    ['wait', () => Promise.resolve()],
    ['were matched', () => work()],
  ])('is removed by a job if its records %s, and immediately if it has none', async (_, before) => {
    await api.post(`${PATH}/records`, 'Record ID,Email\nr1,ann@contoso.com\n', csv);
    await before();
    expect((await api.ask('DELETE', PATH)).status).toBe(204);
    expect((await api.stores.setups.get(TENANT, setup.setupId))?.value.state).toBe('removing');
    await api.stores.setups.insert({ ...setup, setupId: 'bare' });
    expect((await api.ask('DELETE', `/v1/tenants/${TENANT}/setups/bare`)).status).toBe(204);
    expect(await api.stores.setups.get(TENANT, 'bare')).toBeNull();
  });
});

describe('records as CSV', () => {
  it.each([
    [',', 'Record ID,Email,Phone,desk\nr1,ann@contoso.com,12 34 56 78,7\n'],
    [';', '\ufeffid;E-Mail;mobile;desk\r\nr1;ann@contoso.com;12 34 56 78;7\r\n'],
    ['tab', '"record_id"\t"mail"\t"telephone"\t"desk"\r"r1"\t"ann@contoso.com"\t"12 34 56 78"\t"7"'],
    ['|', 'id|email|phone|values.desk\n\n r1 | ann@contoso.com |12 34 56 78|7\n'],
  ])('come in with %s between the fields, under the names that columns go by', async (_, text) => {
    expect(await uploaded(text)).toEqual([
      {
        ...{ recordId: 'r1', mail: 'ann@contoso.com', phones: ['12 34 56 78'], values: { desk: '7' } },
        ...{ entraId: null, initials: null, displayName: null, jobTitle: null, country: null },
      },
    ]);
  });

  it.each([
    ['a line that names the delimiter', 'sep=|\r\nid|Display Name\r\nr1|Ann; Bo, Cy\r\n'],
    ['that line in quotes and saved as a row', '\ufeff"sep=;";;\nid;Display Name\nr1;"Ann; Bo, Cy"\n'],
    ['rows of separators only', ',,\nid,DISPLAY_NAME\n,\nr1,"Ann; Bo, Cy"\n , \n,,,\n'],
    ['empty columns at the end', 'id,display name,,\nr1,"Ann; Bo, Cy",,\n'],
    ['more empty fields than columns', 'id,display-name\nr1,"Ann; Bo, Cy",,,,\n'],
    ['fewer empty fields than the header', 'id,display-name,,,\nr1,"Ann; Bo, Cy"\n'],
  ])('come in with %s, as spreadsheets write them', async (_, text) => {
    expect(await uploaded(text)).toMatchObject([{ recordId: 'r1', displayName: 'Ann; Bo, Cy', values: {} }]);
  });

  it('are refused by the lines of the file, whatever stands in front of them', async () => {
    const refusal = async (text: string) => faultsOf(await api.post(`${PATH}/records`, text, csv))[0];
    expect(await refusal('sep=;\nid;name\n;;\nr1;Ann;more\n')).toBe(
      'Nothing was kept: line 4 has 3 fields; there are 2 columns.',
    );
    expect(await refusal('sep=;\nid;name\nr1;"Ann\n')).toContain('line 3 cannot be read');
    expect(await refusal('id,,name\nr1,,Ann\n')).toBe('Column 2 has no name: name it, or remove it.');
  });

  it('come in as UTF-16 of either order, with names in every script', async () => {
    const text = '\ufeffid,name\r\nr1,"Æsop, 李 雷\n2nd line"\r\n';
    const little = Buffer.from(text, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()])
      expect(await uploaded(bytes)).toMatchObject([{ displayName: 'Æsop, 李 雷\n2nd line' }]);
  });

  it('come in as the encoding that their type names, and no other', async () => {
    const post = (charset: string, bytes: Buffer) =>
      api.post(`${PATH}/records`, bytes, { headers: { 'content-type': `text/csv; charset=${charset}` } });
    const western = Buffer.from('id,name\nr1,K\u00f8b \u0080\n', 'latin1');
    expect((await post('windows-1252', western)).status).toBe(202);
    await work();
    expect((await api.get(`${PATH}/records`)).body.value).toMatchObject([{ displayName: 'Køb €' }]);
    expect(faultsOf(await post('klingon', western))).toEqual([
      'The encoding klingon of Content-Type is not known.',
    ]);
    expect(faultsOf(await post('utf-8', western))).toEqual([expect.stringContaining('is not utf-8 text')]);
    expect(faultsOf(await api.post(`${PATH}/records`, western, csv))).toEqual([
      expect.stringContaining('charset=windows-1252'),
    ]);
  });

  it('may have columns by any name that an object knows, but for one', async () => {
    const text = 'id,constructor,toString\nr1,a,b\n';
    expect(await uploaded(text)).toMatchObject([{ values: { constructor: 'a', toString: 'b' } }]);
    expect(faultsOf(await api.post(`${PATH}/records`, 'id,__proto__\nr1,a\n', csv))).toEqual([
      'A column cannot be called __proto__: rename it.',
    ]);
  });

  it('keep letters of two halves wherever they stand in a long list', async () => {
    const names = Array.from({ length: 3000 }, (_, n) => `${'x'.repeat(n % 7)}${'𝔘'.repeat(15)}`);
    await uploaded(`id,name\r\n${names.map((name, n) => `r${n},${name}\r\n`).join('')}`);
    const records = await api.stores.records.read(
      TENANT,
      setup.setupId,
      [...names.keys()].map((n) => `r${n}`),
    );
    expect(names.map((_, n) => records.get(`r${n}`)?.displayName)).toEqual(names);
  });

  it('are refused, with the line, if a row or its header goes on without end', async () => {
    const refusal = async (text: string) => faultsOf(await api.post(`${PATH}/records`, text, csv))[0];
    const endless = expect.stringMatching(
      /^Nothing was kept: line 2 is in a row of more than 1048576 char/,
    ) as string;
    expect(await refusal(`id,name\n${'x'.repeat(3_000_000)}`)).toEqual(endless);
    expect(await refusal(`id,name\n${','.repeat(3_000_000)}`)).toEqual(endless);
    expect(await refusal('a,'.repeat(500_000))).toBe(
      'A list has at most 1000 columns; its first line names 500000.',
    );
    expect(await refusal(`id,phone\nr1,"${';'.repeat(500_000)}"`)).toContain('line 2, column phone');
  });

  it('tell twenty of their faults, and how many more there are', async () => {
    const rows = Array.from({ length: 5_000 }, (_, at) => `r${at},nonsense\n`);
    const { body } = await api.post(`${PATH}/records`, `id,Object ID\n${rows.join('')}`, csv);
    expect(body.error.details).toHaveLength(20);
    expect(body.error.message).toContain('4980 more are not listed.');
    expect(api.tables.rows('UploadChunks')).toEqual([]);
  });

  it('come in under names that the caller gives', async () => {
    const columns = JSON.stringify({ Kennung: 'recordId', Postadresse: 'mail', Tisch: 'values.desk' });
    const query = `?columns=${encodeURIComponent(columns)}`;
    const text = 'Kennung,Postadresse,Tisch\nr1,ann@contoso.com,7\n';
    expect(await uploaded(text, query)).toMatchObject([{ mail: 'ann@contoso.com', values: { desk: '7' } }]);
    expect(faultsOf(await api.post(`${PATH}/records${query}`, 'a,b\n1,2', csv))).toEqual([
      'There is no column Kennung.',
    ]);
  });

  it('hold no control characters but tabs and line ends', async () => {
    const bell = 'recordId,mail,phone,desk\nr1,a\u0007,+45 1\u0000,7\u0008\nr2,"a\nb",,"two\n\tlines"\n';
    expect(faultsOf(await api.post(`${PATH}/records`, bell, csv))).toEqual([
      'line 2, column mail must have no control characters but tabs and line ends.',
      'line 2, column phone must have no control characters but tabs and line ends.',
      'line 2, column desk must have no control characters but tabs and line ends.',
    ]);
  });

  it('are refused with both places of columns that hold the same', async () => {
    const text = 'id,Name,mail,Display Name,phone,mobile\nr1,Ann,,Ann,,\n';
    expect(faultsOf(await api.post(`${PATH}/records`, text, csv))).toEqual([
      'Columns 2 ("Name") and 4 ("Display Name") both hold displayName: remove or rename one of them.',
    ]);
  });

  it('are refused whole, with the line and the column of every fault', async () => {
    const text = 'id,Object ID,mail\nr1,nonsense,a\n,,"two\nlines"\nr2,,,too much\nr1,,b\nr3,,c\nr3,,d\n';
    expect(faultsOf(await api.post(`${PATH}/records`, text, csv))).toEqual([
      'line 2, column Object ID is not valid.',
      'line 3, column id is required.',
      'line 5 has 4 fields; there are 3 columns.',
      'line 8, column id repeats "r3" of line 7: each record has an id of its own.',
    ]);
    await work();
    expect((await api.get(`${PATH}/records`)).body.value).toEqual([]);
    expect(faultsOf(await api.post(`${PATH}/records`, 'id,name\nr1,"open\n', csv))).toEqual([
      expect.stringContaining('a quote is not closed'),
    ]);
    expect(faultsOf(await api.post(`${PATH}/records`, 'id,name\nr1,b"x"c\n', csv))).toEqual([
      expect.stringContaining('stands within a field'),
    ]);
    expect(faultsOf(await api.post(`${PATH}/records`, 'id,name,mail\nr1,Ann,a\nr2,Cut o', csv))).toEqual([
      'Nothing was kept: line 3 has 2 fields; there are 3 columns.',
    ]);
    expect(faultsOf(await api.post(`${PATH}/records`, 'mail\na\n', csv))).toEqual([
      'The column recordId is required.',
    ]);
    expect(faultsOf(await api.post(`${PATH}/records`, '', csv))).toEqual(['The list has no record.']);
  });

  it('keep hostile cells as they are, and give them out so that no spreadsheet runs them', async () => {
    const text = 'id,name,desk\nr1,"=HYPERLINK(""http://evil"")",@SUM(A1)\nr2,"Lee, Ann",-1\n';
    expect(await uploaded(text)).toMatchObject([
      { displayName: 'Lee, Ann', values: { desk: '-1' } },
      { displayName: '=HYPERLINK("http://evil")', values: { desk: '@SUM(A1)' } },
    ]);
    const accept = { headers: { accept: 'text/csv' } };
    const all = await api.get(`${PATH}/records`, accept);
    expect(all.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(all.text.split('\r\n')).toEqual([
      'recordId,entraId,mail,initials,displayName,phones,jobTitle,country,values.desk',
      `r2,,,,"Lee, Ann",,,,"'-1"`,
      `r1,,,,"'=HYPERLINK(""http://evil"")",,,,"'@SUM(A1)"`,
      '',
    ]);
    const page = await api.get(`${PATH}/records?top=1`, accept);
    expect(page.headers['link']).toMatch(/^<https:.*after=.*>; rel="next"$/);
  });
});

describe('records as JSON', () => {
  it('are a list on its way in until they are matched', async () => {
    const { headers, body } = await api.post(`${PATH}/records?mode=replace`, [{ recordId: 'r1' }]);
    expect(body).toMatchObject({ status: 'NotStarted', mode: 'replace', rows: 1 });
    const address = headers['operation-location'] ?? '';
    expect((await api.get(address)).body['status']).toBe('NotStarted');
    expect(api.world.setupWork).toEqual([`${TENANT} ${setup.setupId}`]);
    await work();
    expect((await api.get(address)).body['status']).toBe('Succeeded');
  });

  it('are refused whole, with the place of every fault', async () => {
    const list = [
      { recordId: 'r1' },
      { recordId: 'r1' },
      { mail: 'a' },
      { recordId: 'r2', colour: 'red' },
      7,
    ];
    expect(faultsOf(await api.post(`${PATH}/records`, list))).toEqual([
      '[1].recordId repeats "r1" of [0]: each record has an id of its own.',
      '[2].recordId is required.',
      '[3] has no field colour.',
      '[4] is not valid.',
    ]);
  });
});

describe('more records than JSON may have', () => {
  it('are refused before they are parsed, and CSV is named', async () => {
    const bytes = Buffer.from(`[${'{},'.repeat(2_000_000)}{}]`);
    const large = await api.post(`${PATH}/records`, bytes);
    expect([large.status, large.body.error.code]).toEqual([413, 'BodyTooLarge']);
    expect(large.body.error.message).toBe(
      'A body has at most 4194304 bytes here. As CSV (text/csv) it may have 67108864.',
    );
    const many = await api.post(`${PATH}/records`, `[${'{},'.repeat(100_000)}{}]`);
    expect([many.status, many.body.error.code]).toEqual([413, 'BodyTooLarge']);
  });
});

describe('matches', () => {
  it('that are ambiguous are listed with their reasons, and resolved by a choice', async () => {
    users = [user(1, { mail: 'a@x' })];
    await uploaded('id,mail\nr1,a@x\nr2,A@X\n');
    expect((await api.get(`${PATH}/conflicts`)).body.value).toEqual([
      { key: 'mail', value: 'a@x', reasons: ['severalRecords'], userIds: [idOf(1)], recordIds: ['r1', 'r2'] },
    ]);
    const choose = (userId: string, recordId: string) => api.post(`${PATH}/matches`, { userId, recordId });
    expect((await choose(idOf(1), 'r2')).body).toEqual({
      ...{ userId: idOf(1), recordId: 'r2', matchedBy: 'chosen' },
    });
    await work();
    expect((await api.get(`${PATH}/conflicts`)).body.value).toEqual([]);
    expect((await choose(idOf(2), 'r1')).body.error.code).toBe('UserNotFound');
    await api.stores.mirror.writeUsers(FENCE, [
      { id: idOf(2), presence: 'live', attributes: {}, managerId: null },
    ]);
    expect((await choose(idOf(2), 'r1')).body.error.code).toBe('UserNotInScope');
    expect((await choose(idOf(1), 'r9')).body.error.code).toBe('RecordNotFound');
    expect((await api.ask('DELETE', `${PATH}/matches/${idOf(1)}`)).status).toBe(204);
    expect((await api.ask('DELETE', `${PATH}/matches/${idOf(1)}`)).body.error.code).toBe('MatchNotFound');
  });

  it('of a setup without records are refused for that, and not for the user', async () => {
    const pair = { userId: idOf(1), recordId: 'r1' };
    const { status, body } = await api.post(`${PATH}/matches`, pair);
    expect([status, body.error.code, body.error.message]).toEqual([
      409,
      'NoRecords',
      expect.stringContaining('upload them'),
    ]);
    await api.post(`${PATH}/records`, 'id\nr1\n', csv);
    expect((await api.post(`${PATH}/matches`, pair)).body.error.code).toBe('RecordsPending');
  });

  it('are refused with the record of another setup of the organization, whichever user it is', async () => {
    users = [user(1, { mail: 'ann@contoso.com' }), user(2, {})];
    await uploaded('id,mail\nr1,ann@contoso.com\n');
    const other = { ...setup, setupId: 'other' };
    await api.stores.setups.insert(other);
    await api.post(`/v1/tenants/${TENANT}/setups/other/records`, 'id\nr1\n', csv);
    await work(other);
    const pair = { userId: idOf(2), recordId: 'r1' };
    const { status, body } = await api.post(`/v1/tenants/${TENANT}/setups/other/matches`, pair);
    expect([status, body.error.code, body.error.message]).toEqual([
      409,
      'RecordTaken',
      expect.stringContaining('Another setup of the organization'),
    ]);
    expect((await api.ask('DELETE', `${PATH}/matches/${idOf(1)}`)).status).toBe(204);
    await work();
    expect((await api.post(`/v1/tenants/${TENANT}/setups/other/matches`, pair)).status).toBe(200);
  });

  it('are suggested by name, phone and job title, and accepted above a score', async () => {
    users = [
      user(1, { displayName: 'Ann Lee', phones: ['+45 12 34 56 78'], jobTitle: 'Buyer' }),
      user(2, { displayName: 'Bob Ray' }),
      user(3, { displayName: 'Cy Fox' }),
    ];
    await uploaded(
      'id,name,phone,title\nr1,"Lee, Ann",12345678,buyer\nr2,Bob Ray,,\nr3,Bob Ray,,\nr4,Zoe,,\n',
    );
    const suggestions = (await api.get(`${PATH}/suggestions?country=dk`)).body.value;
    expect(suggestions.map(({ recordId, score }) => [recordId, score])).toEqual([
      ['r1', 1],
      ['r2', 0.6],
      ['r3', 0.6],
    ]);
    const first = (await api.get(`${PATH}/suggestions?country=DK&top=2`)).body;
    expect((await api.get(first.nextLink ?? '')).body.value).toEqual(suggestions.slice(2));
    expect((await api.get(`${PATH}/suggestions?minScore=0.8`)).body.value).toEqual([]);
    const accepted = await api.post(`${PATH}/matches/accept`, { minScore: 0.6, country: 'DK' });
    expect(accepted.body).toEqual({ accepted: 1, ambiguous: 2, more: false });
    expect((await api.get(`${PATH}/suggestions?country=DK`)).body.value).toHaveLength(2);
    await work();
    const rows = await api.stores.matches.read(FENCE, setup.setupId, [idOf(1)]);
    expect(rows.get(idOf(1))?.tie).toMatchObject({ recordId: 'r1', matchedBy: 'chosen' });
  });

  it('are answered by the product: the record that it made, or why it refused', async () => {
    const { setupId } = setup;
    users = [user(1, {})];
    const person = aPerson({ tenantId: TENANT, setupId, directoryId: idOf(1) });
    const cause = { runId: null, reason: 'The directory was read.', at: person.changedAt };
    await api.stores.people.write(FENCE, [{ before: null, after: person, changed: ['status'] }], cause);
    const matching = createRecordMatching({ ...api.dependencies, ...api.stores });
    const answer = (body: object) =>
      api.ask('PUT', `${PATH}/people/${person.id}/record`, { as: 'product', body });
    const standings = () => matching.standingsOf(FENCE, setup, [idOf(1)]);
    expect((await answer({ error: 'No mail.' })).status).toBe(204);
    await work();
    expect((await standings()).recordErrors).toEqual(new Map([[idOf(1), 'No mail.']]));
    expect((await answer({ recordId: 'new-1' })).status).toBe(204);
    await work();
    const { ties, recordErrors } = await standings();
    expect(ties.get(idOf(1))).toEqual({ recordId: 'new-1', matchedBy: 'created', values: {} });
    expect(recordErrors.get(idOf(1))).toBeNull();
    expect((await answer({})).body.error.code).toBe('InvalidRequest');
    const other = `${PATH}/people/${setupId}.${idOf(2)}/record`;
    const missing = await api.ask('PUT', other, { as: 'product', body: { recordId: 'new-1' } });
    expect(missing.body.error.code).toBe('PersonNotFound');
  });

  it.each([
    ['its first part is written', 'UploadChunks', 1],
    ['its last part is written', 'UploadChunks', 3],
    ['it is said to be complete', 'RecordUploads', 2],
  ] as const)(
    'are refused, and nothing is left of them, if the tenant begins to be disconnected while %s',
    async (_, table, nth) => {
      let left: number = nth;
      api.tables.beforeOperation = async (request) => {
        if (!request.writes || request.table !== table || --left > 0) return;
        api.tables.beforeOperation = null;
        const stored = (await api.stores.tenants.get(TENANT))!;
        const state = { kind: 'disconnecting', since: '2026-05-04T10:00:00.000Z' } as const;
        await api.stores.tenants.save({ ...stored.value, state }, stored.tag);
      };
      const rows = Array.from({ length: 2_500 }, (_, n) => `r${n},Name ${n}`);
      const { status, body } = await api.post(`${PATH}/records`, ['id,name', ...rows].join('\n'), csv);
      expect([status, body.error.code]).toEqual([409, 'TenantDisconnecting']);
      expect([api.tables.rows('RecordUploads'), api.tables.rows('UploadChunks')]).toEqual([[], []]);
      expect(api.world.setupWork).toEqual([]);
    },
  );

  it('are refused, and nothing is left of them, if the setup is removed while they are written', async () => {
    let left = 2;
    api.tables.beforeOperation = async (request) => {
      if (!request.writes || request.table !== 'UploadChunks' || --left > 0) return;
      api.tables.beforeOperation = null;
      await api.stores.setups.remove((await api.stores.setups.get(TENANT, setup.setupId))!);
    };
    const rows = Array.from({ length: 2_500 }, (_, n) => `r${n},Name ${n}`);
    const { status, body } = await api.post(`${PATH}/records`, ['id,name', ...rows].join('\n'), csv);
    expect([status, body.error.code]).toEqual([404, 'SetupNotFound']);
    expect([api.tables.rows('RecordUploads'), api.tables.rows('UploadChunks')]).toEqual([[], []]);
  });
});
