import { z } from 'zod';
import type { ProductRecord } from '../../shared/core/matching/product-record.js';
import { UPLOAD_MODES, type RecordUpload } from '../../shared/ports/records.js';
import type { MatchingApiPorts } from '../../shared/use-cases/matching/api-ports.js';
import { listRecords, readUpload } from '../../shared/use-cases/matching/list-records.js';
import { receiveRecords } from '../../shared/use-cases/matching/receive-records.js';
import { cannotWrite } from './disconnecting.js';
import { ApiError } from './errors.js';
import { instant } from './instant.js';
import { setupNotFound } from './not-found.js';
import { listOf, listRequest, pageQuery, toList } from './paging.js';
import { recordsCsv } from './record-csv.js';
import { recordList, recordsFrom } from './record-rows.js';
import { route, type Route } from './route.js';

export interface RecordsDependencies extends MatchingApiPorts {
  readonly publicUrl: string;
}

/** 200,000 rows of CSV with room, and 5,000 of JSON, which is held in memory as a whole. */
const LARGEST_LIST = { largestCsv: 64 * 1024 * 1024, largestBody: 4 * 1024 * 1024, mostValues: 120_000 };
const PATH = 'v1/tenants/{tenantId}/setups/{setupId}/records';

const recordResource = z.strictObject({
  recordId: z.string(),
  entraId: z.string().nullable(),
  mail: z.string().nullable(),
  initials: z.string().nullable(),
  displayName: z.string().nullable(),
  phones: z.array(z.string()),
  jobTitle: z.string().nullable(),
  country: z.string().nullable(),
  values: z.record(z.string(), z.string()),
});

const uploadResource = z.strictObject({
  id: z.string(),
  mode: z.enum(UPLOAD_MODES),
  status: z.enum(['NotStarted', 'Running', 'Succeeded']),
  rows: z.int(),
  receivedAt: instant,
  appliedAt: instant.nullable(),
});

export function recordRoutes(dependencies: RecordsDependencies): Route[] {
  return [uploadRoute(dependencies), readUploadRoute(dependencies), listRoute(dependencies)];
}

function uploadRoute(dependencies: RecordsDependencies): Route {
  return route({
    operationId: 'uploadRecords',
    summary: 'Takes in records of the product, as CSV or JSON: all of them, or none where a row is at fault.',
    method: 'POST',
    path: PATH,
    role: 'Operator',
    ...LARGEST_LIST,
    query: z.strictObject({
      mode: z.enum(UPLOAD_MODES).default('merge').describe('replace: records that the list lacks go.'),
      columns: z
        .string()
        .max(8000)
        .optional()
        .describe('Of CSV: which field a column is, as JSON {"Header": "mail", "Other": "values.other"}.'),
    }),
    body: recordList,
    status: 202,
    answer: uploadResource,
    headers: { 'Operation-Location': 'Address of the upload.' },
    errors: ['QueueUnavailable'],
    async handle({ parameters: { tenantId, setupId }, query, body }) {
      const rows = recordsFrom(body, mappingFrom(query.columns));
      const to = { tenantId, setupId, mode: query.mode };
      const outcome = await receiveRecords(dependencies, to, rows);
      if (outcome.kind !== 'received') throw cannotWrite(outcome.kind);
      const { upload } = outcome;
      const path = `/api/v1/tenants/${tenantId}/setups/${setupId}/uploads/${upload.uploadId}`;
      return {
        body: toUploadResource(upload),
        headers: { 'operation-location': new URL(path, dependencies.publicUrl).href },
      };
    },
  });
}

/** @throws ApiError where it is no object of texts */
function mappingFrom(text: string | undefined): Record<string, string> {
  if (text === undefined) return {};
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(text));
  } catch {
    throw new ApiError('InvalidRequest', 'columns must be a JSON object of texts.', { target: 'columns' });
  }
}

function readUploadRoute(dependencies: RecordsDependencies): Route {
  return route({
    operationId: 'readUpload',
    summary: 'How far a list of records is: Succeeded once its records are matched.',
    method: 'GET',
    path: 'v1/tenants/{tenantId}/setups/{setupId}/uploads/{uploadId}',
    role: 'Operator',
    query: null,
    body: null,
    status: 200,
    answer: uploadResource,
    errors: [],
    async handle({ parameters: { tenantId, setupId, uploadId } }) {
      const upload = await readUpload(dependencies, tenantId, setupId, uploadId);
      if (upload === null)
        throw new ApiError('UploadNotFound', 'The setup has no such upload.', { target: 'uploadId' });
      return { body: toUploadResource(upload) };
    },
  });
}

function listRoute(dependencies: RecordsDependencies): Route {
  return route({
    operationId: 'listRecords',
    summary: "The product's records, as they were given; Accept: text/csv for a page as CSV.",
    method: 'GET',
    path: PATH,
    role: 'Operator',
    query: pageQuery,
    body: null,
    status: 200,
    answer: listOf(recordResource),
    headers: { Link: 'Of CSV: the next page, rel="next"; absent at the end.' },
    errors: [],
    async handle(call) {
      const { tenantId, setupId } = call.parameters;
      const page = await listRecords(dependencies, tenantId, setupId, listRequest(call));
      if (page === null) throw setupNotFound();
      const body = toList(page, call, toRecordResource);
      if (!/\btext\/csv\b/i.test(call.header('accept') ?? '')) return { body };
      const { nextLink } = body;
      return {
        body,
        csv: recordsCsv(page.rows),
        ...(nextLink === undefined ? {} : { headers: { link: `<${nextLink}>; rel="next"` } }),
      };
    },
  });
}

const STATUS = {
  receiving: 'NotStarted',
  waiting: 'NotStarted',
  matching: 'Running',
  applied: 'Succeeded',
} as const;

function toUploadResource(upload: RecordUpload): z.input<typeof uploadResource> {
  const { uploadId, mode, status, rows, receivedAt, appliedAt } = upload;
  return { id: uploadId, mode, status: STATUS[status], rows, receivedAt, appliedAt };
}

function toRecordResource({ phones, values, ...record }: ProductRecord): z.input<typeof recordResource> {
  return { ...record, phones: [...phones], values: { ...values } };
}
