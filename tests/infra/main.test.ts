import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { SETTING_TABLE } from '../../shared/config/setting-table.js';
import { SETTING_NAMES } from '../../shared/config.js';
import { BicepDocument, createBicepParser, descendantsOf, propertiesOf, valueAt } from './bicep-document.js';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

const text = await read('infra/main.bicep');
const parser = await createBicepParser();
let bicep: BicepDocument;

beforeAll(() => {
  bicep = new BicepDocument(parser, text);
});

const property = (resource: string, ...path: string[]): string | undefined =>
  valueAt(bicep.resources().get(resource)?.node, ...path)?.text;

/** Source: learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const builtInRoles = {
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  serviceBusDataSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39',
  serviceBusDataReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0',
  keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb',
};

/** Which role the app's identity has on what; nothing else is granted. */
const grants = [
  ['tables', 'storageTableDataContributor'],
  ['hostState', 'storageBlobDataOwner'],
  ['queue', 'serviceBusDataSender'],
  ['queue', 'serviceBusDataReceiver'],
  ['vault', 'keyVaultSecretsOfficer'],
  ['insights', 'monitoringMetricsPublisher'],
];

describe('the text of infra/main.bicep', () => {
  it('is Bicep without a syntax error', () => {
    expect(bicep.syntaxErrors()).toEqual([]);
    expect(bicep.declarations().length).toBeGreaterThan(30);
  });

  it('is read by a parser that finds errors', () => {
    expect(new BicepDocument(parser, `${text}\nresource x {`).syntaxErrors()).not.toEqual([]);
  });

  it('uses only what it declares, and declares nothing twice or in vain', () => {
    const references = new Set(bicep.references());
    const declared = bicep.declarations().filter(({ kind }) => kind !== 'output');
    const names = declared.map(({ name }) => name);
    // The parameter of its one lambda.
    expect([...references].filter((name) => name !== 'group' && !names.includes(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    const unused = declared.filter(({ kind, name }) => kind !== 'resource' && !references.has(name));
    expect(unused).toEqual([]);
  });

  it('is read by a check that finds a name that is not declared', () => {
    const wrong = new BicepDocument(parser, text.replace('scope: vault', 'scope: volt'));
    expect(wrong.references()).toContain('volt');
    expect(bicep.references()).not.toContain('volt');
  });

  it('reads no key and holds no connection string', () => {
    expect([...bicep.calledFunctions()].filter((name) => /^list|reference/i.test(name))).toEqual([]);
    expect(text).not.toMatch(
      /AccountKey|SharedAccess|listKeys|primaryConnectionString|clientSecret|password:/i,
    );
  });

  it('names no host of one cloud alone', () => {
    expect(text).not.toMatch(/windows\.net|azure\.com\/|microsoftonline|azurewebsites\.net|azure\.net/);
  });

  it('asks for an API version in the form of a date for every resource', () => {
    for (const { type, apiVersion } of bicep.resources().values())
      expect(`${type}@${apiVersion}`).toMatch(/^Microsoft\.[\w/.]+@\d{4}-\d{2}-\d{2}(-preview)?$/);
  });
});

describe('the identity', () => {
  it('has the built-in roles by their ids', () => {
    const roles = bicep.declarations().find(({ name }) => name === 'roleIds')?.node;
    const ids = [...propertiesOf(roles?.namedChildren[1])].map(([role, id]) => [role, id.text.slice(1, -1)]);
    expect(Object.fromEntries(ids)).toEqual(builtInRoles);
  });

  it('has each role where it is needed and nowhere else', () => {
    const assignments = [...bicep.resources().values()].filter(({ type }) =>
      type.endsWith('/roleAssignments'),
    );
    const assigned = assignments.map(({ node }) => {
      const role = valueAt(node, 'properties', 'roleDefinitionId')?.text ?? '';
      expect(valueAt(node, 'properties', 'principalId')?.text).toBe('identity.properties.principalId');
      expect(valueAt(node, 'name')?.text).toContain(role.match(/roleIds\.\w+/)?.[0] ?? 'no role');
      return [valueAt(node, 'scope')?.text, role.match(/roleIds\.(\w+)/)?.[1]];
    });
    expect(assigned.sort()).toEqual([...grants].sort());
  });

  it('is the only way in: keys are off wherever a service has them', () => {
    expect(property('tables', 'properties', 'allowSharedKeyAccess')).toBe('false');
    expect(property('hostState', 'properties', 'allowSharedKeyAccess')).toBe('false');
    expect(property('bus', 'properties', 'disableLocalAuth')).toBe('true');
    expect(property('insights', 'properties', 'DisableLocalAuth')).toBe('true');
    expect(property('vault', 'properties', 'enableRbacAuthorization')).toBe('true');
    expect(property('scmCredentials', 'properties', 'allow')).toBe('false');
  });
});

describe('the parts', () => {
  it('include the queue that coalescing and one writer per tenant need', () => {
    const queue = Object.fromEntries(
      [...propertiesOf(valueAt(bicep.resources().get('queue')?.node, 'properties'))].map(([key, value]) => [
        key,
        value.text,
      ]),
    );
    expect(queue).toMatchObject({
      requiresSession: 'true',
      requiresDuplicateDetection: 'true',
      duplicateDetectionHistoryTimeWindow: "'PT10M'",
      enablePartitioning: 'false',
      maxDeliveryCount: '10',
      deadLetteringOnMessageExpiration: 'true',
    });
    expect(property('bus', 'sku', 'tier')).toBe("'Standard'");
  });

  it('include a vault whose secrets cannot be purged', () => {
    expect(property('vault', 'properties', 'enableSoftDelete')).toBe('true');
    expect(property('vault', 'properties', 'enablePurgeProtection')).toBe('true');
  });

  it('include a sign-in that lets anonymous requests through, for the app decides per route', () => {
    expect(property('signIn', 'properties', 'platform', 'enabled')).toBe('true');
    expect(property('signIn', 'properties', 'globalValidation', 'unauthenticatedClientAction')).toBe(
      "'AllowAnonymous'",
    );
    expect(property('signIn', 'properties', 'globalValidation', 'requireAuthentication')).toBe('false');
  });
});

describe('the settings of the app', () => {
  const ofThePlatform = [
    'AzureWebJobsStorage__blobServiceUri',
    'AzureWebJobsStorage__credential',
    'AzureWebJobsStorage__clientId',
    'APPLICATIONINSIGHTS_CONNECTION_STRING',
    'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
    'SERVICE_BUS__credential',
    'SERVICE_BUS__clientId',
    'languageWorkers__node__arguments',
  ];
  const settings = (): Map<string, unknown> => {
    const union = valueAt(bicep.resources().get('appSettings')?.node, 'properties');
    return propertiesOf(descendantsOf(union!).find((node) => node.type === 'object'));
  };

  it('are those that have no default, in the form of an identity', () => {
    const needed = SETTING_NAMES.filter((name) => !SETTING_TABLE[name].schema.safeParse(undefined).success);
    expect(needed).toEqual(['KEY_VAULT_URL', 'PUBLIC_URL']);
    expect([...settings().keys()]).toEqual(
      expect.arrayContaining([
        ...needed,
        ...['TABLES_ENDPOINT', 'SERVICE_BUS__fullyQualifiedNamespace', 'AZURE_CLIENT_ID', 'SERVED_CLOUDS'],
        ...ofThePlatform,
      ]),
    );
  });

  it('are known to the app or to the platform', () => {
    const known: readonly string[] = [...SETTING_NAMES, ...ofThePlatform];
    expect([...settings().keys()].filter((name) => !known.includes(name))).toEqual([]);
  });

  it('are never a connection string, but for the address of telemetry, which opens nothing by itself', () => {
    expect([...settings().keys()].filter((name) => /^SERVICE_BUS$|CONNECTION_STRING/.test(name))).toEqual([
      'APPLICATIONINSIGHTS_CONNECTION_STRING',
    ]);
  });
});

describe('the example of parameters', () => {
  it('gives only parameters that there are, and all that have no default', async () => {
    const given = JSON.parse(await read('infra/main.parameters.example.json')) as {
      parameters: Record<string, { value: unknown }>;
    };
    const parameters = bicep.declarations().filter(({ kind }) => kind === 'parameter');
    const names = parameters.map(({ name }) => name);
    expect(Object.keys(given.parameters).filter((name) => !names.includes(name))).toEqual([]);
    const needed = parameters.filter(({ node }) => !/^param \w+ [^=]+ = /m.test(node.text));
    expect(Object.keys(given.parameters)).toEqual(expect.arrayContaining(needed.map(({ name }) => name)));
    const example = given.parameters['settings']?.value as Record<string, string>;
    expect(Object.keys(example).filter((name) => !(SETTING_NAMES as string[]).includes(name))).toEqual([]);
  });
});
