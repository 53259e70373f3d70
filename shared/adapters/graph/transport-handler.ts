import type { Context, Middleware } from '@microsoft/microsoft-graph-client';

/** What carries a request: the platform's fetch, or something with the same face. */
export type Transport = (address: string, init: RequestInit) => Promise<Response>;

/** The end of the middleware chain where a transport is given; otherwise the SDK's own HTTPMessageHandler is. */
export class TransportHandler implements Middleware {
  constructor(private readonly transport: Transport) {}

  async execute(context: Context): Promise<void> {
    context.response = await this.transport(context.request as string, context.options ?? {});
  }
}
