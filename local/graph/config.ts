import { z } from 'zod';

const port = z.number().int().min(0).max(65_535).default(0);
const size = z.number().int().min(0);

const appSecret = z.strictObject({
  value: z.string().min(1),
  keyId: z.guid().exactOptional(),
  displayName: z.string().exactOptional(),
  expiresAt: z.iso.datetime().exactOptional(),
});

const consentApp = z.strictObject({
  clientId: z.guid(),
  displayName: z.string().min(1),
  homeTenantId: z.guid().exactOptional(),
  secrets: z.array(appSecret).readonly(),
  redirectUris: z.array(z.url()).readonly(),
  permissions: z.array(z.string().min(1)).readonly(),
});

const configSchema = z.strictObject({
  /** Ports of Graph, login and control; 0 takes a free one. */
  port,
  loginPort: port,
  controlPort: port,
  /** PEM files; the certificate must name localhost. */
  tls: z.strictObject({ keyFile: z.string(), certFile: z.string() }),
  /** Where the directories are kept between starts; absent: nowhere. */
  dataFolder: z.string().optional(),
  /** Sample tenants to create when the data folder holds none; false: none. Sizes replace the defaults. */
  samples: z
    .union([
      z.literal(false),
      z.strictObject({
        users: size.optional(),
        groups: size.optional(),
        memberships: size.optional(),
        tenants: size.optional(),
        newcomer: z.boolean().optional(),
      }),
    ])
    .default({}),
  /** Multi-tenant apps that tenants may consent to. */
  consentApps: z.array(consentApp).readonly().default([]),
  latencyMs: z.number().min(0).default(0),
  metadataFile: z.string().optional(),
  throttling: z.boolean().default(false),
  deltaTokenLifeMs: z.number().positive().optional(),
  /** How long after a soft deletion an object is purged, and of which purged objects no delta query tells. */
  purgeAfterMs: z.number().positive().optional(),
  silentPurges: z.enum(['none', 'some', 'all']).optional(),
  accessTokenLifeMs: z.number().positive().optional(),
  boundTokenLifeMs: z.number().positive().optional(),
  notificationBatchMs: z.number().min(0).optional(),
  /** Smaller pages than Graph's, so that a small directory fills several. */
  deltaPageSize: z.number().int().positive().optional(),
  deltaMemberEntries: z.number().int().positive().optional(),
  /** Keep changing the sample directories, about once a second. */
  live: z.boolean().default(false),
  seed: z.number().int().default(1),
});

/** Settings of the emulator's own process. */
export type GraphEmulatorConfig = z.input<typeof configSchema>;
/** The settings with defaults filled in. */
export type ResolvedConfig = z.output<typeof configSchema>;

/** The settings from `GRAPH_EMULATOR_CONFIG` (JSON) and `GRAPH_METADATA_FILE`. @throws Error naming what is wrong */
export function readConfig(env: Readonly<Record<string, string | undefined>>): ResolvedConfig {
  const text = env['GRAPH_EMULATOR_CONFIG'];
  if (text === undefined) throw new Error('GRAPH_EMULATOR_CONFIG is not set');
  const parsed = configSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`GRAPH_EMULATOR_CONFIG: ${z.prettifyError(parsed.error)}`);
  const metadataFile = parsed.data.metadataFile ?? env['GRAPH_METADATA_FILE'];
  return metadataFile === undefined || metadataFile === '' ? parsed.data : { ...parsed.data, metadataFile };
}
