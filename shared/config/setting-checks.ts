import type { SettingName, SettingValues } from './setting-table.js';
import type { SettingProblem } from './settings-error.js';

type Readable = Partial<SettingValues>;

/**
 * What must hold between settings. Looks only at those that could be read, so that nothing is reported twice.
 *
 * @param given names that are set, readable or not
 */
export function checkTogether(values: Readable, given: ReadonlySet<SettingName>): SettingProblem[] {
  return [
    ...exactlyOne('TABLES_ENDPOINT', 'TABLES_CONNECTION_STRING', given),
    ...exactlyOne('SERVICE_BUS__fullyQualifiedNamespace', 'SERVICE_BUS', given),
    ...localCloud(values, given),
    ...publicUrl(values),
    ...timing(values),
  ];
}

function exactlyOne(
  first: SettingName,
  second: SettingName,
  given: ReadonlySet<SettingName>,
): SettingProblem[] {
  if (given.has(first) !== given.has(second)) return [];
  const problem = given.has(first) ? `give it or ${second}, not both` : `missing: give it or ${second}`;
  return [{ name: first, problem }];
}

function localCloud(values: Readable, given: ReadonlySet<SettingName>): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const login = given.has('LOCAL_LOGIN_URL');
  const graph = given.has('LOCAL_GRAPH_URL');
  if (login && !graph) problems.push({ name: 'LOCAL_GRAPH_URL', problem: 'missing beside LOCAL_LOGIN_URL' });
  if (graph && !login) problems.push({ name: 'LOCAL_LOGIN_URL', problem: 'missing beside LOCAL_GRAPH_URL' });
  if (values.SERVED_CLOUDS?.includes('local') === true && !login && !graph) {
    const problem = 'serves local, which needs LOCAL_LOGIN_URL and LOCAL_GRAPH_URL';
    problems.push({ name: 'SERVED_CLOUDS', problem });
  }
  return problems;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

function publicUrl(values: Readable): SettingProblem[] {
  if (values.PUBLIC_URL?.startsWith('http:') !== true) return [];
  const localStack = values.LOCAL_LOGIN_URL != null && values.LOCAL_GRAPH_URL != null;
  const isUnreached = values.GRAPH_NOTIFICATIONS === false;
  if ((localStack || isUnreached) && LOOPBACK.test(new URL(values.PUBLIC_URL).hostname)) return [];
  const problem =
    'expected https; http is only for localhost together with LOCAL_LOGIN_URL and LOCAL_GRAPH_URL, or where GRAPH_NOTIFICATIONS is false';
  return [{ name: 'PUBLIC_URL', problem }];
}

function timing(values: Readable): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const above = (name: SettingName, value: number | undefined, least: number, why: string): void => {
    if (value !== undefined && value <= least) {
      problems.push({ name, problem: `expected more than ${least}: ${why}` });
    }
  };
  const { TABLE_TIMEOUT_MS: table, REQUEST_TIMEOUT_MS: request, RETRY_FIRST_MS: first } = values;
  if (table !== undefined) {
    above(
      'LEASE_LENGTH_MS',
      values.LEASE_LENGTH_MS,
      2 * table,
      'twice TABLE_TIMEOUT_MS, or nothing may be sent',
    );
  }
  if (request !== undefined) {
    above('JOB_BUDGET_MS', values.JOB_BUDGET_MS, request, 'one request may take REQUEST_TIMEOUT_MS');
  }
  if (first !== undefined) {
    above('RETRY_LONGEST_MS', values.RETRY_LONGEST_MS, first - 1, 'waits grow from RETRY_FIRST_MS');
  }
  const { PARKED_RETRY_FIRST_MS: parked } = values;
  if (parked !== undefined) {
    const why = 'waits grow from PARKED_RETRY_FIRST_MS';
    above('PARKED_RETRY_LONGEST_MS', values.PARKED_RETRY_LONGEST_MS, parked - 1, why);
  }
  return problems;
}
