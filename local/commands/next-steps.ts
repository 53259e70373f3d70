/** What the closing words point to. */
export interface SampleToLookAt {
  readonly functionsUrl: string;
  readonly controlUrl: string | null;
  readonly tenantId: string;
  readonly groupId: string | null;
  readonly userId: string | null;
}

/** Where to look next, as lines that can be pasted into a shell. */
export function describeNextSteps(sample: SampleToLookAt): string {
  const tenant = `${sample.functionsUrl}/api/v1/tenants/${sample.tenantId}`;
  const steps: [string, string][] = [
    ['The users of the first tenant:', `curl -s '${tenant}/users'`],
    ['Its groups:', `curl -s '${tenant}/groups'`],
  ];
  if (sample.groupId !== null) {
    const group = `${tenant}/groups/${sample.groupId}`;
    steps.push(['The direct members of a group, and everybody in it:', `curl -s '${group}/members'`]);
    steps.push(['', `curl -s '${group}/members?transitive=true'`]);
  }
  if (sample.controlUrl !== null && sample.userId !== null) {
    const change = { kind: 'updateUser', id: sample.userId, attributes: { jobTitle: 'Chief Listener' } };
    const body = JSON.stringify([sample.tenantId, [change]]);
    steps.push([
      'Change somebody in the directory, and read what arrived some seconds later:',
      `curl -s -X POST -d '${body}' '${sample.controlUrl}/applyChanges'`,
    ]);
    steps.push(['', `curl -s '${tenant}/users/${sample.userId}'`]);
  }
  return ['Where to look next:', ...steps.flatMap(describeStep)].join('\n');
}

function describeStep([title, command]: [string, string]): string[] {
  return title === '' ? [`    ${command}`] : [`  ${title}`, `    ${command}`];
}
