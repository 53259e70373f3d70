/** An answer in Graph's error shape (graph-protocol section 5), thrown by whatever refuses a request. */
export class GraphFailure extends Error {
  override readonly name = 'GraphFailure';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    /** Put the code into `innerError`, and an empty one outside. */
    readonly nested = false,
  ) {
    super(message);
  }
}

export function badRequest(message: string, code = 'Request_BadRequest'): GraphFailure {
  return new GraphFailure(400, code, message);
}

export function notFound(id: string): GraphFailure {
  return new GraphFailure(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );
}
