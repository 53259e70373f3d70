import { connectParts } from '../functions/wiring.js';
import { loadSettings } from '../shared/config.js';
import { RESOURCES } from '../shared/core/resource.js';
import { handOver } from './child-process.js';
import { readProcessFigures } from './process-figures.js';

/*
 * Reads both delta chains of a tenant through the production adapter, page by page, and keeps nothing.
 */
const { ports } = connectParts(loadSettings());
const tenant = await ports.tenants.get(process.env['BENCH_TENANT'] ?? '');
if (tenant === null) throw new Error('The tenant is not connected.');
const { tenantId, cloud, credential } = tenant.value;
if (credential === null) throw new Error('The tenant has no credential.');
const connection = { tenantId, cloud, credential };

async function readChain(resource: (typeof RESOURCES)[number]): Promise<number> {
  let objects = 0;
  let link: string | null = null;
  for (;;) {
    const page = await ports.directory.readDelta(connection, resource, link);
    objects += page.elements.length;
    if (page.link.kind === 'delta') return objects;
    link = page.link.url;
  }
}

const begin = performance.now();
let elements = 0;
for (const resource of RESOURCES) elements += await readChain(resource);
const seconds = (performance.now() - begin) / 1000;
const { peakMib } = await readProcessFigures(process.pid);
handOver({ elements, seconds, peakMib });
process.exit(0);
