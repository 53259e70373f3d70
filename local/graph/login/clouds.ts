import type { OtherCloud } from '../control-api.js';

/** What discovery documents say of the cloud that a tenant lives in. */
export interface CloudMembers {
  readonly tenant_region_scope: string | null;
  readonly tenant_region_sub_scope?: string;
  readonly cloud_instance_name: string;
  readonly cloud_graph_host_name: string;
  readonly msgraph_host: string;
}

/** The other clouds, as discovery at the global login host tells of their tenants. */
export const otherClouds: Readonly<Record<OtherCloud, CloudMembers>> = {
  usgov: {
    tenant_region_scope: 'USGov',
    tenant_region_sub_scope: 'DODCON',
    cloud_instance_name: 'microsoftonline.us',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'graph.microsoft.us',
  },
  usgovdod: {
    tenant_region_scope: 'USGov',
    tenant_region_sub_scope: 'DOD',
    cloud_instance_name: 'microsoftonline.us',
    cloud_graph_host_name: 'graph.windows.net',
    msgraph_host: 'dod-graph.microsoft.us',
  },
  china: {
    tenant_region_scope: 'AS',
    cloud_instance_name: 'partner.microsoftonline.cn',
    cloud_graph_host_name: 'graph.chinacloudapi.cn',
    msgraph_host: 'microsoftgraph.chinacloudapi.cn',
  },
};

/** The cloud that the emulator itself plays. */
export function ownCloud(loginUrl: string, graphUrl: string): CloudMembers {
  const graph = new URL(graphUrl).host;
  return {
    tenant_region_scope: 'EU',
    cloud_instance_name: new URL(loginUrl).host,
    cloud_graph_host_name: graph,
    msgraph_host: graph,
  };
}
