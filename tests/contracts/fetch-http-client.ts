import type { ClientSecretCredentialOptions } from '@azure/identity';

type HttpClient = NonNullable<ClientSecretCredentialOptions['httpClient']>;
type PipelineRequest = Parameters<HttpClient['sendRequest']>[0];
type Fetch = (address: string, init: RequestInit) => Promise<Response>;

/** Lets an Azure SDK send its requests through something with the face of fetch. */
export function fetchHttpClient(fetch: Fetch): HttpClient {
  return {
    sendRequest: async (request) => {
      const response = await fetch(request.url, {
        method: request.method,
        headers: request.headers.toJSON(),
        ...(typeof request.body === 'string' ? { body: request.body } : {}),
      });
      const headers = emptyHeaders(request);
      response.headers.forEach((value, name) => headers.set(name, value));
      return { request, headers, status: response.status, bodyAsText: await response.text() };
    },
  };
}

/** The SDK's own kind of headers, whose class it does not export to those who use its credentials. */
function emptyHeaders(request: PipelineRequest): PipelineRequest['headers'] {
  const Headers = request.headers.constructor as new () => PipelineRequest['headers'];
  return new Headers();
}
