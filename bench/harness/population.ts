import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toItem } from '../../lambda/adapters/dynamodb-items.ts';

/** So many calls of each operation, by name. */
type Calls = Readonly<Record<string, number>>;

/** What the rows of the population say; `policyHash` has to be that of the sweep which reads them. */
export interface PopulationOptions {
  /** Users of the pool; the first ones have a row, and a Connect user of the same name. */
  readonly users: number;
  readonly connectUsers: number;
  /** Every so-maniest of them was changed in Cognito since it was reconciled; 0 for none. */
  readonly driftEvery: number;
  /** Those with a row were members of a group; so many of them have left it. */
  readonly left?: number;
  readonly policyHash: string;
}

/** Not a whole second: those are ambiguous, and cost a closer look. */
const LOOKED_AT = 1_767_225_600_123;
/** As many as Cognito and Connect give at once, and as many rows as make about a megabyte. */
const PAGES = { cognito: 60, connect: 1_000, table: 1_000 };

const subOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
const agentOf = (index: number) => `11111111-0000-4000-8000-${String(index).padStart(12, '0')}`;
const nameOf = (index: number) => `first.last-${index}`;

/**
 * Both services and the table with a population in them, as far as a sweep that plans asks: pages of realistic size, on the loopback,
 * each answered as fast as Node can.
 */
export async function startPopulation({ users, connectUsers, driftEvery, left = 0, policyHash }: PopulationOptions) {
  const calls: Record<string, number> = {};
  const page = <Item>(start: number, size: number, itemOf: (index: number) => Item, end = connectUsers) => ({
    items: Array.from({ length: Math.min(size, end - start) }, (_, offset) => itemOf(start + offset)),
    next: start + size < end ? String(start + size) : undefined,
  });
  const cognitoUser = (index: number) => ({
    Username: nameOf(index),
    Attributes: Object.entries({
      sub: subOf(index),
      given_name: 'First',
      family_name: `Last-${index}`,
      email: `${nameOf(index)}@example.com`,
      email_verified: 'true',
      phone_number: '+12065550100',
    }).map(([Name, Value]) => ({ Name, Value })),
    UserCreateDate: LOOKED_AT / 1_000,
    UserLastModifiedDate: LOOKED_AT / 1_000 + (index % driftEvery === 0 ? 60 : -60),
    Enabled: true,
    UserStatus: 'CONFIRMED',
  });
  const summary = (index: number) => ({
    Id: agentOf(index),
    Arn: `arn:aws:connect:eu-west-1:111122223333:instance/instance/connectUser/${agentOf(index)}`,
    Username: nameOf(index),
    LastModifiedTime: LOOKED_AT / 1_000,
    LastModifiedRegion: 'eu-west-1',
  });
  const rowsOf = (index: number) => [
    toItem({
      pk: `user#${subOf(index)}`,
      sub: subOf(index),
      connectUserId: agentOf(index),
      status: 'unchanged',
      policyHash,
      syncedReadAt: LOOKED_AT,
      cognitoModifiedAt: LOOKED_AT - 60_000,
      connectModifiedAt: LOOKED_AT,
    }),
    toItem({ pk: `claim#${agentOf(index)}`, sub: subOf(index), claimedAt: LOOKED_AT }),
  ];

  const answer = (operation: string, input: Readonly<Record<string, unknown>>, url: URL): object => {
    if (operation === 'ListUsers' && input.Filter !== undefined) {
      // Both kinds of value end in the number of the user.
      const index = Number(/(\d+)"$/.exec(String(input.Filter))?.[1] ?? users);
      return { Users: index < users ? [cognitoUser(index)] : [] };
    }
    if (operation === 'ListUsers') {
      const { items, next } = page(Number(input.PaginationToken ?? 0), PAGES.cognito, cognitoUser, users);
      return { Users: items, PaginationToken: next };
    }
    if (operation === 'ListUsersInGroup') {
      const { items, next } = page(Number(input.NextToken ?? left), PAGES.cognito, cognitoUser);
      return { Users: items, NextToken: next };
    }
    if (operation === 'Scan') {
      const start = input.ExclusiveStartKey as { readonly pk: { readonly S: string } } | undefined;
      const { items, next } = page(Number(start?.pk.S ?? 0), PAGES.table, rowsOf);
      return { Items: items.flat(), LastEvaluatedKey: next && toItem({ pk: next }) };
    }
    if (operation === '/users-summary') {
      const { items, next } = page(Number(url.searchParams.get('nextToken') ?? 0), PAGES.connect, summary);
      return { UserSummaryList: items, NextToken: next };
    }
    if (operation === 'DescribeUserPool')
      return {
        UserPool: { EstimatedNumberOfUsers: users, AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } },
      };
    return operation === 'ListUserPoolClients' ? { UserPoolClients: [] } : {};
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://127.0.0.1');
    const target = String(request.headers['x-amz-target'] ?? '').split('.');
    const operation = target[1] ?? url.pathname.split('/').slice(0, 2).join('/');
    calls[operation] = (calls[operation] ?? 0) + 1;
    const body = JSON.stringify(answer(operation, JSON.parse((await readAll(request)) || '{}'), url));
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: calls as Calls,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
