/** How to bring a real directory to this machine, as lines that can be pasted into a shell. */
export function describeRealTenants(functionsUrl: string, cloud: 'global' | 'local'): string {
  const tenants = `${functionsUrl}/api/v1/tenants`;
  const credential = { kind: 'clientSecret', clientId: 'APPLICATION-ID', secretValue: 'SECRET-VALUE' };
  const body = JSON.stringify({ tenantId: 'TENANT', displayName: 'NAME', cloud, credential });
  return [
    'Microsoft Graph does not reach this machine: there are no notifications, and every running tenant is polled about each minute.',
    '',
    '1. Make an application in the directory with User.Read.All and GroupMember.Read.All, admin consent, and a secret.',
    '2. Connect the tenant (its id or a verified domain); the secret goes to the vault of this stack, which --data keeps:',
    `     curl -s -X POST '${tenants}' -H 'content-type: application/json' -d '${body}'`,
    '3. Where something is the matter, the doctor names it:',
    `     curl -s '${tenants}/TENANT-ID/doctor'`,
    '4. Read the directory once:',
    `     curl -s -X POST '${tenants}/TENANT-ID/runs'`,
    `     curl -s '${tenants}/TENANT-ID/users'`,
    '5. Save a setup and start it (docs/setups.md): from then on the tenant is running, and polled.',
    '',
    'Rollcall only reads the directory.',
  ].join('\n');
}
