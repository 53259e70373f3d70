import { ServiceBusClient, type TokenCredential } from '@azure/service-bus';

export const QUEUE_NAME = 'sync-jobs';

export type BusAddress =
  | { readonly kind: 'connectionString'; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly fullyQualifiedNamespace: string;
      readonly credential: TokenCredential;
    };

/** A client whose operations, retries included, take no longer than `timeoutMs` each. */
export function openClient(address: BusAddress, timeoutMs: number): ServiceBusClient {
  const options = {
    retryOptions: { maxRetries: 2, retryDelayInMs: 300, maxRetryDelayInMs: 2_000, timeoutInMs: timeoutMs },
  };
  switch (address.kind) {
    case 'connectionString':
      return new ServiceBusClient(address.connectionString, options);
    case 'identity':
      return new ServiceBusClient(address.fullyQualifiedNamespace, address.credential, options);
  }
}
