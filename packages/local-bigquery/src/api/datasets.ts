import { datasetResource, newDatasetRecord, patchedDatasetRecord } from '../catalog/dataset-resource.ts';
import { datasetKey } from '../catalog/records.ts';
import { ApiError } from '../http/api-error.ts';
import { readObject } from '../http/body.ts';
import type { Call, Reply, Router } from '../http/router.ts';
import type { ApiContext } from './context.ts';
import { parameter } from './parameters.ts';
import { pageOf } from './paging.ts';

export function datasetRoutes(router: Router, context: ApiContext): void {
  router.on('GET', '/projects/:project/datasets', (call) => listDatasets(context, call));
  router.on('POST', '/projects/:project/datasets', (call) => insertDataset(context, call));
  router.on('GET', '/projects/:project/datasets/:dataset', (call) => getDataset(context, call));
  router.on('PATCH', '/projects/:project/datasets/:dataset', (call) => patchDataset(context, call));
  router.on('PUT', '/projects/:project/datasets/:dataset', (call) => patchDataset(context, call));
  router.on('DELETE', '/projects/:project/datasets/:dataset', (call) => deleteDataset(context, call));
}

function listDatasets({ catalog }: ApiContext, call: Call): Reply {
  const project = parameter(call, 'project');
  const { items, nextPageToken } = pageOf(catalog.datasets(project), call.query);
  const datasets = items.map((record) => ({
    kind: 'bigquery#dataset',
    id: datasetKey(record.project, record.dataset),
    datasetReference: { projectId: record.project, datasetId: record.dataset },
    location: record.location,
    ...(record.labels ? { labels: record.labels } : {}),
    ...(record.friendlyName === undefined ? {} : { friendlyName: record.friendlyName }),
  }));
  return { status: 200, body: { kind: 'bigquery#datasetList', ...(datasets.length > 0 ? { datasets } : {}), ...nextPageToken } };
}

async function insertDataset({ catalog, defaultLocation }: ApiContext, call: Call): Promise<Reply> {
  const project = parameter(call, 'project');
  const body = await readObject(call.request);
  const record = await catalog.putDataset((micros) => {
    const made = newDatasetRecord(body, project, defaultLocation, micros);
    if (catalog.findDataset(project, made.dataset))
      throw new ApiError('duplicate', `Already Exists: Dataset ${datasetKey(project, made.dataset)}`);
    return made;
  });
  return { status: 200, body: datasetResource(record, call.origin) };
}

function getDataset({ catalog }: ApiContext, call: Call): Reply {
  return { status: 200, body: datasetResource(catalog.dataset(parameter(call, 'project'), parameter(call, 'dataset')), call.origin) };
}

async function patchDataset({ catalog }: ApiContext, call: Call): Promise<Reply> {
  const body = await readObject(call.request);
  const expected = call.headers['if-match'];
  const record = await catalog.putDataset((micros) => {
    const current = catalog.dataset(parameter(call, 'project'), parameter(call, 'dataset'));
    if (expected !== undefined && expected !== '*' && expected !== datasetResource(current, call.origin)['etag'])
      throw new ApiError(
        'conditionNotMet',
        `Precondition check failed: dataset ${datasetKey(current.project, current.dataset)} has changed`,
      );
    return patchedDatasetRecord(current, body, micros);
  });
  return { status: 200, body: datasetResource(record, call.origin) };
}

async function deleteDataset({ catalog }: ApiContext, call: Call): Promise<Reply> {
  await catalog.deleteDataset(parameter(call, 'project'), parameter(call, 'dataset'), call.query.get('deleteContents') === 'true');
  return { status: 204 };
}
