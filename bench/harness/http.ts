import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { VirtualTime } from './virtual-time.ts';

type Handle = NodeHttpHandler['handle'];

/** How long a call travels, milliseconds: to the service, and back with an answer of this status. */
export interface Latency {
  readonly there: () => number;
  readonly back: (status: number) => number;
}

/** Connections shared by all clients of a run. */
export const createAgent = (): Agent => new Agent({ keepAlive: true, maxSockets: 100 });

/**
 * A request handler for AWS clients: real HTTP, for which time stands still, between two waits on `time` that stand for
 * the network and the service.
 */
export function createRequestHandler(time: VirtualTime, agent: Agent, { there, back }: Latency) {
  const inner = new NodeHttpHandler({ httpAgent: agent });
  const handle = async (...[request, options]: Parameters<Handle>): ReturnType<Handle> => {
    await time.sleep(there());
    const { response, body } = await time.hold(async () => {
      const answer = await inner.handle(request, options);
      const chunks: Uint8Array[] = [];
      for await (const chunk of answer.response.body as AsyncIterable<Uint8Array>) chunks.push(chunk);
      return { ...answer, body: Buffer.concat(chunks) };
    });
    await time.sleep(back(response.statusCode));
    response.body = Readable.from(body.length === 0 ? [] : [body]);
    return { response };
  };
  return { metadata: inner.metadata ?? { handlerProtocol: 'http/1.1' }, handle, destroy: () => {} };
}
