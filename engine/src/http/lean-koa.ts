import Koa, { type Context } from 'koa';

/**
 * Koa for a middleware that sends every answer itself, streams included: nothing is left to be sent afterwards, and nobody has to listen on the socket
 * for how it went.
 *
 * Source: the listeners that Koa adds and takes away for each request cost as much as the rest of Koa.
 */
export class LeanKoa extends Koa {
  handleRequest(ctx: Context, run: (ctx: Context) => Promise<void>): Promise<void> {
    return run(ctx).catch((error: unknown) => {
      ctx.onerror(error as Error);
    });
  }
}
