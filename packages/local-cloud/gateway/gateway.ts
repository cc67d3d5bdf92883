import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Cloud } from '../service.ts';
import { CALM, type Weather } from '../weather/index.ts';
import { createAdmin } from './admin.ts';
import { type Callers, createCallers } from './callers.ts';
import { createContract } from './contract.ts';
import { type Authorize, createDispatch } from './dispatch.ts';
import { createFaults } from './faults.ts';
import type { HostedService } from './hosted-service.ts';
import { createProtocols } from './routing.ts';
import { createGatewayServer } from './server.ts';
import { createModels } from './service-models.ts';
import { createCallStats } from './stats.ts';

/** Options of a gateway. */
export interface GatewayOptions {
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  readonly authorize?: Authorize | undefined;
  /** Refuses some calls. @default none */
  readonly weather?: Weather | undefined;
  /** Uniform in [0, 1). It decides whether a fault with a `rate` hits. */
  readonly random?: (() => number) | undefined;
}

/** The one port of the local cloud, and the services behind it. */
export interface Gateway {
  /** How services call each other. */
  readonly cloud: Cloud;
  /** The same for CloudFormation. Faults do not affect its calls, so that they cannot break a deployment. */
  readonly undisturbed: Cloud;
  readonly callers: Callers;
  /** Hosts `service` under its SigV4 signing name. @throws if the name is taken. */
  register(name: string, service: HostedService): void;
  /** Listens on 127.0.0.1 and returns the base URL. @throws where the port is taken. */
  listen(port?: number): Promise<string>;
  /**
   * Closes the services, the last registered one first, and then every connection. Every call returns the same promise.
   *
   * @throws {AggregateError} with the errors of services, after everything was closed.
   */
  close(): Promise<void>;
}

/** Creates a gateway without services. */
export function createGateway({
  clock,
  accountId,
  region,
  authorize,
  weather = CALM,
  random,
}: GatewayOptions): Gateway {
  const services = new Map<string, HostedService>();
  const callers = createCallers();
  const faults = createFaults(clock, random);
  const stats = createCallStats();
  const findModel = createModels();
  const dispatch = createDispatch({ services, faults, stats, contract: createContract(findModel), weather, authorize });
  const admin = createAdmin({ services, faults, stats, weather });
  const chooseProtocol = createProtocols(findModel);
  const server = createGatewayServer({ clock, region, services, callers, dispatch, admin, chooseProtocol });
  let baseUrl: string | undefined;
  const cloud: Cloud = {
    clock,
    accountId,
    region,
    endpoint() {
      if (baseUrl === undefined) throw new Error('The gateway does not listen yet: call listen() first.');
      return baseUrl;
    },
    call: (service, operation, input, caller) =>
      dispatch({ service, operation, input, call: { requestId: randomUUID(), caller } }) as Promise<never>,
  };
  const undisturbed: Cloud = {
    ...cloud,
    call: (service, operation, input, caller) => {
      const call = { requestId: randomUUID(), caller };
      return dispatch({ service, operation, input, call, undisturbed: true }) as Promise<never>;
    },
  };
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const service of [...services.values()].reverse()) {
      try {
        await service.close?.();
      } catch (error) {
        failures.push(error);
      }
    }
    await server.close();
    if (failures.length > 0) throw new AggregateError(failures, 'Some services did not close cleanly.');
  };
  return {
    cloud,
    undisturbed,
    callers,
    register(name, service) {
      if (services.has(name)) throw new Error(`A service is already registered as ${name}.`);
      services.set(name, service);
    },
    async listen(port = 0) {
      baseUrl = await server.listen(port);
      return baseUrl;
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
