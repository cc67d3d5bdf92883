import { readdirSync, readFileSync } from 'node:fs';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DescribeInstanceCommand } from '@aws-sdk/client-connect';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import { linkSeeded } from '../bin/link-seeded.ts';
import { numberedPeople, type SeededUser, seedPeople } from '../local/seed.ts';
import { type Deployed, deploy, pause, timed } from './harness/deployed.ts';
import { median, quantile } from './harness/random.ts';
import { type Goal, milliseconds, percent, type Question } from './harness/report.ts';

const PEOPLE = 2_000;
const CALLS = 300;
const WARM_UP = 50;
const MESSAGES = 5_000;
const BATCH = 10;
/** Messages of so many users are on their way at once. */
const GROUPS = 100;
const IDLE_MS = 15_000;

/** Is the local cloud quick enough to be judged by: a call, a queue, many users, and doing nothing? */
export const benchGateway: Question = async (progress) => {
  const deployed = await deploy(1);
  try {
    const seeding = await measureSeeding(deployed);
    progress(`${PEOPLE} users seeded in ${seconds(seeding.seedMs)}, linked in ${seconds(seeding.linkMs)}`);
    const calls = await measureCalls(deployed);
    for (const { name, times } of calls) progress(`${name}: ${milliseconds(median(times))}`);
    const perSecond = await measureQueue(deployed);
    progress(`${perSecond.toFixed(0)} messages a second`);
    await pause(2_000);
    const idle = await measureIdle();
    const middle = median(calls.flatMap(({ times }) => times));
    return {
      tables: [
        {
          caption: `A warm call of a real SDK client through the gateway, both in one process, ${CALLS} each`,
          columns: ['call', 'median', 'p95'],
          rows: calls.map(({ name, times }) => [
            name,
            milliseconds(median(times)),
            milliseconds(quantile(times, 0.95)),
          ]),
        },
      ],
      goals: [
        below('a warm call: median below 5 ms', middle, 5, milliseconds),
        {
          goal: 'a FIFO queue: 500 messages a second, sent, received and deleted',
          measured: perSecond.toFixed(0),
          met: perSecond >= 500,
        },
        below(`${PEOPLE} users seeded in less than 10 s`, seeding.seedMs, 10_000, seconds),
        below(`${PEOPLE} users seeded and linked in less than 10 s`, seeding.seedMs + seeding.linkMs, 10_000, seconds),
        below('deployed and idle: less than 2 % of a processor', idle, 0.02, (value) => percent(value, 2)),
      ],
    };
  } finally {
    await deployed.close();
  }
};

const below = (goal: string, value: number, limit: number, format: (value: number) => string): Goal => ({
  goal,
  measured: format(value),
  met: value < limit,
});

const seconds = (elapsedMs: number): string => `${(elapsedMs / 1_000).toFixed(1)} s`;

/** Both halves of what `npm run local -- --users N` does: people in both services, and rows that link them. */
async function measureSeeding({ local, description }: Deployed) {
  const { cloudtrail, connect } = local.services;
  const people = numberedPeople(PEOPLE).map((person) => ({ ...person, username: `bench-${person.username}` }));
  cloudtrail.admin.settings({ lose: 1 });
  let users: readonly SeededUser[] = [];
  const seedMs = await timed(async () => {
    users = await seedPeople(local.cloud, connect, description.userPoolId, people);
  });
  cloudtrail.admin.settings({ lose: 0 });
  const linkMs = await timed(() => linkSeeded(description, users, new AbortController().signal));
  return { seedMs, linkMs };
}

async function measureCalls({ clients, description, local }: Deployed) {
  const quota = { ratePerSecond: 1_000, burst: 1_000 };
  local.services.connect.admin.settings({ quotas: { default: quota } });
  const { userPoolId: UserPoolId, users, connectInstanceId: InstanceId, queueUrl: QueueUrl, tableName } = description;
  const Username = users[0]?.username;
  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    'cognito-idp AdminGetUser': () => clients.cognito.send(new AdminGetUserCommand({ UserPoolId, Username })),
    'sqs GetQueueAttributes': () => clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl })),
    'dynamodb GetItem': () =>
      clients.dynamodb.send(new GetItemCommand({ TableName: tableName, Key: { pk: { S: 'user#unknown' } } })),
    'connect DescribeInstance': () => clients.connect.send(new DescribeInstanceCommand({ InstanceId })),
  };
  const results: { readonly name: string; readonly times: readonly number[] }[] = [];
  for (const [name, act] of Object.entries(acts)) {
    const times: number[] = [];
    for (let call = 0; call < WARM_UP + CALLS; call += 1) times.push(await timed(act));
    results.push({ name, times: times.slice(WARM_UP) });
  }
  return results;
}

/** Messages a second through a FIFO queue of its own: all sent, received and deleted, at the same time. */
async function measureQueue({ clients: { sqs } }: Deployed): Promise<number> {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'bench.fifo', Attributes: { FifoQueue: 'true', VisibilityTimeout: '60' } }),
  );
  let received = 0;
  const send = async (lane: number, lanes: number) => {
    for (let batch = lane; batch < MESSAGES / BATCH; batch += lanes) {
      const Entries = Array.from({ length: BATCH }, (_, index) => {
        const id = `${batch}-${index}`;
        return { Id: id, MessageBody: id, MessageGroupId: `user-${batch % GROUPS}`, MessageDeduplicationId: id };
      });
      await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }
  };
  const receive = async () => {
    while (received < MESSAGES) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: BATCH, WaitTimeSeconds: 1 }),
      );
      if (Messages.length === 0) continue;
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      received += Messages.length;
    }
  };
  const elapsed = await timed(() => Promise.all([send(0, 2), send(1, 2), receive(), receive()]));
  return MESSAGES / (elapsed / 1_000);
}

/** Share of one processor that this process and the functions beside it use while nothing happens. */
async function measureIdle(): Promise<number> {
  const before = cpuMs();
  await pause(IDLE_MS);
  return (cpuMs() - before) / IDLE_MS;
}

/** Processor time so far: this process, and on Linux its children too. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000 + childrenCpuMs();
}

function childrenCpuMs(): number {
  // Linux counts in hundredths of a second.
  const tickMs = 10;
  let pids: readonly string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return 0;
  }
  return pids.reduce((sum, pid) => {
    const fields = readStat(pid);
    if (Number(fields[1]) !== process.pid) return sum;
    return sum + (Number(fields[11]) + Number(fields[12])) * tickMs;
  }, 0);
}

/** The fields of `/proc/PID/stat` behind the name of the program: state, parent, and so on. */
function readStat(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
