import type { Cloud } from '../../shared/core/cloud.js';
import { ApiError } from './errors.js';

/**
 * Returns the cloud that a request names, or the deployment's own when it names none: the first one that is served.
 * @throws ApiError CloudNotServed
 */
export function servedCloud(servedClouds: readonly Cloud[], given: Cloud | undefined): Cloud {
  const cloud = given ?? servedClouds[0];
  if (cloud === undefined || !servedClouds.includes(cloud))
    throw new ApiError('CloudNotServed', `This deployment serves ${servedClouds.join(', ')}.`, {
      target: 'cloud',
    });
  return cloud;
}
