import { describe, expect, it } from 'vitest';
import { ConfigError, PermanentError, TransientError } from '../../../lambda/core/failures/errors.ts';
import { OURS, POOL_ID } from './doubles.ts';
import { createWorld, OUTPUTS } from './program-world.ts';

describe('the command line', () => {
  it('prints its version on stdout', async () => {
    const { start, terminal } = createWorld();

    expect(await start(['--version'])).toBe(0);
    expect(terminal.lines).toEqual(['1.2.3']);
  });

  it.each([[['help']], [['--help']], [['help', 'dlq']], [['trigger', 'attach', '--help']]])(
    'prints help on stdout for %j',
    async (args) => {
      const { start, terminal } = createWorld();

      expect(await start(args)).toBe(0);
      expect(terminal.lines.join('\n')).toMatch(/^Usage: connect-sync/);
    },
  );

  it.each([
    [[], /^Usage: connect-sync/],
    [['trigger'], /^Usage: connect-sync trigger/],
    [['--json', 'status'], /^Options follow the command: npx connect-sync status --json$/],
    [
      ['--stack', 'A B', '--region', 'eu-west-1', 'show', "o'brien"],
      /^Options follow the command: npx connect-sync show --stack 'A B' --region eu-west-1 'o'\\''brien'$/,
    ],
    [['--json', 'trigger', 'show'], /^Options follow the command: npx connect-sync trigger show --json$/],
    [['trigger', '--json', 'show'], /^Options follow the command: npx connect-sync trigger show --json$/],
    [['--json'], /unknown option '--json'\nAll commands: npx connect-sync help$/],
    [['help', 'stauts'], /^There is no command "stauts"\. All commands: npx connect-sync help$/],
    [
      ['explain', '-mary'],
      /unknown option '-mary'\nAll options: npx connect-sync explain --help\nA name that begins with - goes behind --, for example: npx connect-sync explain -- -name$/,
    ],
    [['status', '--nonsense'], /unknown option '--nonsense'\nAll options: npx connect-sync status --help$/],
    [['nonsense'], /unknown command 'nonsense'/],
    [['dlq', '--nonsense'], /unknown option '--nonsense'/],
    [['dlq', '--limit', '0'], /argument '0' is invalid\. Expected a whole number from 1 to 100000\./],
    [['redrive', '--rate', '501'], /argument '501' is invalid\. Expected a whole number from 1 to 500\./],
    [['redrive', '--rate', '1e2'], /argument '1e2' is invalid/],
    [['explain'], /missing required argument 'user'/],
    [['release', 'mary', '--field', 'Nickname'], /Allowed choices are FirstName, LastName, Email/],
    [['explain', ''], /value '' is invalid .*\. Expected a sub, a user name or an address, not an empty text\./],
    [['release', '  '], /value ' {2}' is invalid .*\. Expected a sub, a user name or an address, not an empty text\./],
    [['sync', 'mary', '--wait', '3601'], /argument '3601' is invalid\. Expected a whole number from 0 to 3600\./],
    [
      ['link', 'mary', 'arn:aws:connect:x'],
      /value 'arn:aws:connect:x' is invalid .*\. Expected the id or the user name of a Connect user/,
    ],
    [['release', '--reason', 'frist-email'], /Allowed choices are provider-address-changeable, .*first-email/],
    [['release', '--domain', '@acme.example'], /Expected the domain of an address, what stands behind its @/],
    [['release', '--domain', 'acme'], /Expected the domain of an address, what stands behind its @/],
    [['release', '--reason', 'first-email', '--hold', 'Jf3kP0aZ'], /--hold: name a user with it/],
    [['pause', '--stack', ''], /argument '' is invalid\. Expected a text that is not empty\./],
    [['status', '--region', ''], /argument '' is invalid\. Expected a Region such as eu-west-1\./],
    [['status', '--region', 'eu-west1'], /argument 'eu-west1' is invalid\. Expected a Region such as eu-west-1\./],
    [['status', '--profile', ''], /argument '' is invalid\. Expected a text that is not empty\./],
    [['status', '--table', ''], /argument '' is invalid\. Expected a text that is not empty\./],
    [['status', '--queue-url', 'changes'], /argument 'changes' is invalid\. Expected the URL of a queue such as/],
    [['redrive', '--sub', 'mary'], /argument 'mary' is invalid\. Expected the sub of a user/],
    [['redrive', '--only', 'unknown-envelope'], /Allowed choices are malformed-message/],
    [['trigger', 'show', '--user-pool', 'pool'], /argument 'pool' is invalid\. Expected a user pool id such as/],
    [['trigger', 'show', '--function', 'name'], /argument 'name' is invalid\. Expected a function ARN such as/],
  ])('ends with code 2 for %j, before AWS is asked', async (args, message) => {
    const { start, terminal, accesses } = createWorld();

    expect(await start(args)).toBe(2);
    expect(terminal.notes.join('\n')).toMatch(message);
    expect(terminal.lines).toEqual([]);
    expect(accesses).toEqual([]);
  });

  it('finds everything in the outputs of the stack, by default and by name', async () => {
    const { start, stacks, opened } = createWorld();

    await start(['trigger', 'show']);
    await start(['dlq', '--stack', 'Other']);

    expect(stacks).toEqual(['ConnectSync-Ab12Cd34E-11111111', 'Other']);
    expect(opened).toEqual(['state', 'https://dead.fifo', 'https://intake']);
  });

  it('keeps what the pool says of sign-up where the stack names the table, and asks for no table where the function is given', async () => {
    const { start, opened } = createWorld();

    await start(['trigger', 'show']);
    await start(['trigger', 'show', '--user-pool', POOL_ID, '--function', OURS]);

    expect(opened).toEqual(['state']);
  });

  it('refuses the table of another pool before anything is read from it', async () => {
    const { start, terminal, owner, opened } = createWorld();
    owner.of = { userPoolId: 'eu-west-1_Other', connectInstanceId: '11111111-2222-3333-4444-555555555555' };

    expect(await start(['sync', 'mary', '--apply'])).toBe(2);
    expect(terminal.notes.join('\n')).toContain(
      'Table state belongs to the deployment of user pool eu-west-1_Other and Connect instance 11111111-2222-3333-4444-555555555555; this command is about eu-west-1_Ab12Cd34E. Correct --table, --user-pool or --stack.',
    );
    expect(opened).toEqual([]);
  });

  it.each([[['status']], [['held']], [['redrive', '--apply']], [['release', 'mary', '--field', 'Email', '--apply']]])(
    'refuses for %j a table of something else before anything is opened',
    async (args) => {
      const { start, terminal, opened, table } = createWorld();
      table.fails = new ConfigError('not-our-table', 'Table orders does not have the keys of a table of this product.');

      expect(await start(args)).toBe(2);
      expect(terminal.notes).toEqual(['Table orders does not have the keys of a table of this product.']);
      expect(opened).toEqual([]);
    },
  );

  it('names a table that does not exist', async () => {
    const { start, terminal, table } = createWorld();
    table.fails = new PermanentError('ResourceNotFoundException', 'dynamodb:GetItem failed: x, HTTP 400.', {});

    expect(await start(['status', '--table', 'stat'])).toBe(3);
    expect(terminal.notes).toEqual([
      'There is no table stat in this account and Region: dynamodb:GetItem failed: x, HTTP 400.',
      expect.stringMatching(/^Check the account, the Region and the names on the command line\./),
    ]);
  });

  it.each([[['sync', 'Mary Smith']], [['release', 'mary']], [['unlink', 'mary']]])(
    'says for %j, which changes something, how a user is found',
    async (args) => {
      const { start, terminal } = createWorld();

      expect(await start(args)).toBe(2);
      expect(terminal.notes).toEqual([
        `There is no such user: received ${JSON.stringify(args[1])}. The user pool has no user of this name or sub, and the table has no row of it.`,
        'Commands that change something take the sub or the user name. To find both by another name or an address: npx connect-sync explain NAME',
      ]);
    },
  );

  it('takes the stack of the configuration at hand, and otherwise the only one there is', async () => {
    const { start, stacks, configured, world } = createWorld();
    world.ours = ['First', 'Second'];
    configured.stack = 'Configured';

    await start(['dlq']);
    configured.stack = undefined;
    world.ours = ['Only'];
    await start(['dlq']);

    expect(stacks).toEqual(['Configured', 'Only']);
  });

  it.each([
    [
      ['Second', 'First'],
      /^There are 2 stacks of the product in .*: First, Second\. Say with --stack which one is meant\.$/,
    ],
    [[], /^There is no stack of the product in this account and Region: .* or give --dead-letter-queue-url, --intake/],
  ])('ends with code 2 where no stack is named and there are %j', async (ours, message) => {
    const { start, terminal, world } = createWorld();
    world.ours = ours;

    expect(await start(['dlq'])).toBe(2);
    expect(terminal.notes.join('\n')).toMatch(message);
  });

  it.each([
    [['status'], 0, ['state', 'https://queue.fifo', 'https://dead.fifo', 'https://intake', 'state']],
    [['reconcile'], 3, []],
    [['held'], 0, ['state']],
    [['explain', 'mary'], 2, ['https://dead.fifo', 'https://intake', 'state', POOL_ID]],
    [['show', 'mary'], 2, ['state', POOL_ID]],
    [['release', 'mary', '--field', 'Email'], 2, ['https://queue.fifo', 'state', POOL_ID]],
    [['sync', 'mary', '--wait', '5'], 2, ['https://queue.fifo', 'state', POOL_ID]],
    [
      ['link', 'mary', '7c1b8a52-0f5e-4d0e-9a53-0c86f3c5f6a1', '--replace-claim'],
      2,
      ['https://queue.fifo', 'state', POOL_ID],
    ],
    [['unlink', 'mary'], 2, ['state', POOL_ID]],
  ])('opens for %j what it needs, and nothing else', async (args, exit, places) => {
    const { start, opened } = createWorld();

    expect(await start(args)).toBe(exit);
    expect(opened).toEqual(places);
  });

  it('says where the name of a missing stack comes from', async () => {
    const { start, terminal, configured, world } = createWorld(null);
    configured.stack = 'Configured';
    world.ours = ['Second', 'First'];

    expect(await start(['pause', '--apply'])).toBe(2);
    world.ours = [];
    expect(await start(['pause', '--stack', 'Typo', '--apply'])).toBe(2);

    expect(terminal.notes).toEqual([
      'There is no stack Configured in this account and Region (eu-west-1), which connect-sync.json in this folder makes. If it is in another Region, give --region; if it is in no Region, deploy it (npx cdk deploy). Or name yours with --stack, or give --worker-function. Those of the product: First, Second.',
      'There is no stack Typo in this account and Region (eu-west-1): check the Region, or name yours with --stack, or give --worker-function. Those of the product: none.',
    ]);
  });

  it('does not read the stack when everything is given', async () => {
    const { start, stacks, opened } = createWorld();

    await start(['trigger', 'show', '--user-pool', POOL_ID, '--function', OURS]);
    await start(['dlq', '--dead-letter-queue-url', 'https://a', '--intake-dead-letter-queue-url', 'https://b']);

    expect(stacks).toEqual([]);
    expect(opened).toEqual(['https://a', 'https://b']);
  });

  it('goes to the Region of the pool unless told otherwise', async () => {
    const { start, accesses } = createWorld();

    await start(['trigger', 'show', '--user-pool', POOL_ID]);
    await start(['trigger', 'show', '--user-pool', POOL_ID, '--region', 'us-east-1', '--profile', 'ops']);
    await start(['trigger', 'show']);

    expect(accesses).toEqual([
      { region: 'eu-west-1', profile: undefined },
      { region: 'us-east-1', profile: 'ops' },
      { region: undefined, profile: undefined },
    ]);
  });

  it.each([
    [
      'there is no stack',
      null,
      ['dlq'],
      /^There is no stack ConnectSync-Ab12Cd34E-11111111 .* --dead-letter-queue-url, --intake-dead-letter-queue-url\. Those of the product: ConnectSync-Ab12Cd34E-11111111\.$/,
    ],
    [
      'the stack is another one',
      {},
      ['redrive'],
      /has no output QueueUrl, DeadLetterQueueUrl, IntakeDeadLetterQueueUrl, ChangeIntakeFunctionName, TableName:/,
    ],
    [
      'the stack synchronizes another pool',
      OUTPUTS,
      ['trigger', 'show', '--user-pool', 'eu-west-1_Other'],
      /received eu-west-1_Other, but stack ConnectSync-Ab12Cd34E-11111111 synchronizes eu-west-1_Ab12Cd34E/,
    ],
  ])('ends with code 2 when %s', async (_, outputs, args, message) => {
    const { start, terminal } = createWorld(outputs);

    expect(await start(args)).toBe(2);
    expect(terminal.notes.join('\n')).toMatch(message);
  });

  it('attaches by the plan only, unless --apply is there', async () => {
    const { start, world } = createWorld();

    expect(await start(['trigger', 'attach'])).toBe(1);
    expect(world.updates).toEqual([]);
    expect(await start(['trigger', 'attach', '--apply', '--no-post-confirmation'])).toBe(0);
    expect(world.updates).toMatchObject([{ LambdaConfig: { CustomMessage: OURS } }]);
    expect(world.updates[0]).not.toHaveProperty('LambdaConfig.PostConfirmation');
  });

  it.each([
    [new ConfigError('no-region', 'No AWS Region is known.'), 2, ['No AWS Region is known.']],
    [
      new TransientError('ThrottlingException', 'sqs failed: ThrottlingException.', { status: 429 }),
      3,
      ['sqs failed: ThrottlingException.', 'Try again in a while.'],
    ],
    [
      new TransientError('ECONNREFUSED', 'sqs failed: ECONNREFUSED, no answer.', {
        cause: new Error('connect ECONNREFUSED 127.0.0.1:1'),
      }),
      3,
      [
        'sqs failed: ECONNREFUSED, no answer.',
        'The connection failed: connect ECONNREFUSED 127.0.0.1:1',
        'Check AWS_ENDPOINT_URL, HTTPS_PROXY, the Region and the network, then try again.',
      ],
    ],
    [
      new TransientError('SELF_SIGNED_CERT_IN_CHAIN', 'sqs failed: SELF_SIGNED_CERT_IN_CHAIN, no answer.', {
        cause: new Error('self-signed certificate in certificate chain'),
      }),
      3,
      [
        'sqs failed: SELF_SIGNED_CERT_IN_CHAIN, no answer.',
        'The connection failed: self-signed certificate in certificate chain',
        'Node.js does not trust this certificate. Where a proxy inspects the traffic, set NODE_EXTRA_CA_CERTS to a file with the certificate of its authority, then repeat the command.',
      ],
    ],
    [
      new PermanentError('CredentialsProviderError', 'sqs failed: CredentialsProviderError, no answer.', {
        cause: new Error('Token is expired. To refresh this SSO session run aws sso login'),
      }),
      3,
      [
        'sqs failed: CredentialsProviderError, no answer.',
        'There are no credentials any more: Token is expired. To refresh this SSO session run aws sso login',
        'Sign in again, or name another profile with --profile, then repeat the command.',
      ],
    ],
    [
      new PermanentError('ExpiredTokenException', 'sqs:ReceiveMessage was denied (ExpiredTokenException): why.', {
        ...{ status: 403, operation: 'sqs:ReceiveMessage', missingPermission: 'sqs:ReceiveMessage' },
        cause: new Error('The security token included in the request is expired'),
      }),
      3,
      [
        'sqs:ReceiveMessage was denied (ExpiredTokenException): why.',
        'AWS says: The security token included in the request is expired',
        'Sign in again, or name another profile with --profile, then repeat the command.',
      ],
    ],
    [
      new PermanentError(
        'InvalidParameterException',
        'cognito-idp:UpdateUserPool failed: InvalidParameterException, HTTP 400.',
        {
          ...{ status: 400, operation: 'cognito-idp:UpdateUserPool' },
          cause: new Error('Only one of EmailMessage and EmailMessageByLink is allowed'),
        },
      ),
      3,
      [
        'cognito-idp:UpdateUserPool failed: InvalidParameterException, HTTP 400.',
        'AWS says: Only one of EmailMessage and EmailMessageByLink is allowed',
        'AWS does not take what cognito-idp:UpdateUserPool sent: correct what it names, then repeat the command.',
      ],
    ],
    [
      new PermanentError('ResourceNotFoundException', 'cognito-idp:DescribeUserPool failed: x, HTTP 400.', {
        status: 400,
      }),
      3,
      [
        'cognito-idp:DescribeUserPool failed: x, HTTP 400.',
        'Check the account, the Region and the names on the command line. Whether a resource of the stack is missing: npx connect-sync doctor',
      ],
    ],
  ])('tells of %s, and what to do', async (error, exit, notes) => {
    const { start, terminal } = createWorld();

    expect(await start(['dlq'], () => Promise.reject(error))).toBe(exit);
    expect(terminal.notes).toEqual(notes);
  });

  it('calls a bug a bug, with its stack', async () => {
    const { start, terminal } = createWorld();

    expect(await start(['dlq'], () => Promise.reject(new TypeError('oops')))).toBe(3);
    expect(terminal.notes[0]).toBe('This is a bug of connect-sync; please report it with these lines.');
    expect(terminal.notes.slice(1).join('\n')).toMatch(/^TypeError: oops\n {4}at /);
  });
});
