import { PUBLIC_CLOUD_HOSTS, type Cloud, type CloudHosts } from '../../core/cloud.js';

/** What a discovery document says of the cloud that its tenant lives in; every member may be missing. */
export interface CloudMembers {
  readonly tenant_region_sub_scope?: string | null | undefined;
  readonly cloud_instance_name?: string | null | undefined;
  readonly msgraph_host?: string | null | undefined;
}

/** Parts of the US Government. GCC is a part of the global cloud (concepts/deployments.md). */
const SUB_SCOPES: Readonly<Record<string, Cloud>> = { DODCON: 'usgov', DOD: 'usgovdod', GCC: 'global' };

/** Login hosts as they call themselves, older names included. L4 and L5 share theirs. */
const INSTANCES: Readonly<Record<string, Cloud>> = {
  'microsoftonline.com': 'global',
  'login.microsoftonline.com': 'global',
  'microsoftonline.us': 'usgov',
  'login.microsoftonline.us': 'usgov',
  'partner.microsoftonline.cn': 'china',
  'login.partner.microsoftonline.cn': 'china',
  'chinacloudapi.cn': 'china',
  'login.chinacloudapi.cn': 'china',
};

/**
 * The cloud that a discovery document tells of. The sub-scope tells the parts of the US Government apart; a
 * document that tells nothing known is of the cloud that was asked.
 */
export function discoveredCloud(members: CloudMembers, asked: Cloud, hosts: CloudHosts): Cloud {
  const bySubScope = SUB_SCOPES[members.tenant_region_sub_scope?.toUpperCase() ?? ''];
  if (bySubScope !== undefined) return bySubScope;
  const [instance, graph] = [members.cloud_instance_name?.toLowerCase(), members.msgraph_host?.toLowerCase()];
  // A cloud of one's own may stand on any host, one of Microsoft's included.
  if (asked === 'local' && (instance === hostOf(hosts.login) || graph === hostOf(hosts.graph))) return asked;
  const byInstance = INSTANCES[instance ?? ''];
  const sharesLogin = byInstance === 'usgov' && asked === 'usgovdod' && graph === undefined;
  return cloudOfGraph(graph) ?? (sharesLogin ? asked : (byInstance ?? asked));
}

function hostOf(origin: string): string {
  return new URL(origin).host;
}

function cloudOfGraph(host: string | undefined): Cloud | undefined {
  const clouds = Object.keys(PUBLIC_CLOUD_HOSTS) as (keyof typeof PUBLIC_CLOUD_HOSTS)[];
  // The global Graph's name is no proof: some documents carry it wherever their tenant lives.
  return clouds.find((cloud) => cloud !== 'global' && hostOf(PUBLIC_CLOUD_HOSTS[cloud].graph) === host);
}
