/** The clouds of Entra. `local` exists only where the deployment's settings name its addresses. */
export const CLOUDS = ['global', 'usgov', 'usgovdod', 'china', 'local'] as const;
export type Cloud = (typeof CLOUDS)[number];

/** Bare origins, without a path. */
export interface CloudHosts {
  readonly login: string;
  readonly graph: string;
}

/** Source: concepts/deployments.md (national cloud endpoints). */
export const PUBLIC_CLOUD_HOSTS: Readonly<Record<Exclude<Cloud, 'local'>, CloudHosts>> = {
  global: { login: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com' },
  usgov: { login: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us' },
  usgovdod: { login: 'https://login.microsoftonline.us', graph: 'https://dod-graph.microsoft.us' },
  china: {
    login: 'https://login.partner.microsoftonline.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
  },
};
