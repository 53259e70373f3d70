import type { SetupTemplate } from '../../core/setup/setup.js';
import type { ListPage, ListRequest } from '../../ports/mirror.js';
import type { Stored } from '../../ports/registry.js';
import type { SetupTemplates } from '../../ports/setups.js';
import { boundedPage } from './bounded-page.js';
import { writeDense } from './dense-json.js';
import { documentColumns } from './document-columns.js';
import { MAX_PAGE, type RowAddress, type StoredRow, type TableGateway } from './gateway.js';
import { rowOf, SETUP_TEMPLATES_PARTITION } from './keys.js';
import { DOCUMENT_SIZES, readSetupDocument } from './stored-document.js';

const headColumns = documentColumns<Omit<SetupTemplate, 'document'>>({
  templateId: 'plain',
  changedAt: 'plain',
});

/** A registry table: a row per template, all in one partition. */
export class TableSetupTemplates implements SetupTemplates {
  constructor(private readonly gateway: TableGateway) {}

  async get(templateId: string): Promise<Stored<SetupTemplate> | null> {
    const stored = await this.gateway.get('SetupTemplates', addressOf(templateId));
    return stored === null ? null : templateFrom(stored);
  }

  async list({ limit, after }: ListRequest): Promise<ListPage<Stored<SetupTemplate>>> {
    const query = { in: SETUP_TEMPLATES_PARTITION, limit: Math.min(limit, MAX_PAGE), after };
    const { rows, next } = await boundedPage(this.gateway, 'SetupTemplates', query, DOCUMENT_SIZES);
    return { rows: rows.map(templateFrom), next };
  }

  async save(template: SetupTemplate, tag: string | null): Promise<Stored<SetupTemplate>> {
    const { document, ...head } = template;
    const columns = { ...headColumns.write(head), ...writeDense(document) };
    const row = { ...addressOf(template.templateId), columns };
    const saved =
      tag === null
        ? await this.gateway.insert('SetupTemplates', row)
        : await this.gateway.update('SetupTemplates', row, tag);
    return { value: template, tag: saved };
  }

  async remove(templateId: string, tag: string): Promise<void> {
    await this.gateway.delete('SetupTemplates', addressOf(templateId), tag);
  }
}

function addressOf(templateId: string): RowAddress {
  return { partition: SETUP_TEMPLATES_PARTITION, row: rowOf(templateId) };
}

function templateFrom({ columns, tag }: StoredRow): Stored<SetupTemplate> {
  const document: SetupTemplate['document'] = readSetupDocument(columns);
  return { value: { ...headColumns.read(columns), document }, tag };
}
