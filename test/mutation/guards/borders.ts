import { type Guard, guardsOf } from './guard.ts';

/** Guards of what comes in and what goes out: messages, records, logs, the terminal, the local cloud. */
export const BORDER_GUARDS: readonly Guard[] = [
  ...guardsOf('write-by-a-forged-message', 'lambda/core/events/change.ts', [
    ['a message has no other members', 'const changeSchema = z.strictObject({', 'const changeSchema = z.looseObject({'],
    ['a sub has the form of a sub', 'export const subSchema = z.guid();', 'export const subSchema = z.string();'],
  ]),
  ...guardsOf('write-by-a-forged-message', 'lambda/sync-worker/read-message.ts', [
    [
      'a message is for this pool',
      "if (change.userPoolId !== deps.userPoolId) return deadLetter(deps, record, 'another-user-pool');",
      '',
    ],
  ]),
  ...guardsOf('stall-real-changes', 'lambda/sync-worker/adopt-connect-user.ts', [
    [
      'a stranger costs no call to Connect',
      "if (held?.reason !== undefined && !asks) return { kind: 'left-to-sweep', why: held.reason };",
      '',
    ],
  ]),
  ...guardsOf('fill-the-queue-from-another-pool', 'lambda/change-intake/handler.ts', [
    ['a self-service call is of a user with a row', 'if (!namesPool && !(await hasRow(table, sub))) {', 'if (false) {'],
  ]),
  ...guardsOf('fill-the-queue-from-another-pool', 'lambda/core/events/cloudtrail-record.ts', [
    ['a record is of this pool', 'poolId !== undefined && poolId !== userPoolId', 'false'],
    ['a record is of this account', 'result.data.account !== account ||', ''],
    ['a record is of this Region', '|| result.data.region !== region', ''],
    ['a call has succeeded', "if (detail.errorCode) return { kind: 'ignored', why: 'failed-call' };", ''],
  ]),
  ...guardsOf('fill-the-queue-from-another-pool', 'lib/event-patterns.ts', [
    ['the rule of administrators names the pool', '    userPoolId: [userPoolId],\n', ''],
  ]),
  ...guardsOf('learn-who-administers-from-dead-letters', 'lambda/core/events/reduced-record.ts', [
    ['a dead record is reduced', 'return result.success ? result.data : {};', 'return event as ReducedRecord;'],
    ['what has another form is left out', 'z.optional(z.catch(z.optional(schema), undefined))', 'z.optional(z.any())'],
  ]),
  ...guardsOf('learn-who-administers-from-dead-letters', 'lambda/core/failures/errors.ts', [
    [
      'no foreign message is logged',
      'return { error: error.name, stack: framesOf(error) };',
      'return { error: error.name, detail: error.message };',
    ],
  ]),
  ...guardsOf('use-a-pool-that-cannot-be-described', 'lambda/adapters/cognito-user-pool.ts', [
    [
      'sign-up is open unless the pool says that it is closed',
      'AllowAdminCreateUserOnly !== true',
      'AllowAdminCreateUserOnly === false',
    ],
    [
      'a client without a list may write everything',
      'pool?.SchemaAttributes?.flatMap(({ Name }) => (Name ? [Name] : [])) ?? []',
      '[]',
    ],
  ]),
  ...guardsOf('use-a-pool-that-cannot-be-described', 'lambda/sync-worker/adopt-connect-user.ts', [
    [
      'a pool that cannot be described is closed to links',
      'const exposure = await pool.exposure(since);',
      'const exposure = await pool.exposure().catch(() => ({ selfSignUp: false, writableAttributes: new Set<string>(), keepsVerifiedEmail: true, readAt: 0 }));',
    ],
  ]),
  ...guardsOf('use-a-pool-that-cannot-be-described', 'lambda/sync-worker/email-facts.ts', [
    [
      'nor does a provider vouch in it',
      'await pool.exposure(since);',
      'await pool.exposure(since).catch(() => ({ selfSignUp: false, writableAttributes: new Set<string>(), keepsVerifiedEmail: true, readAt: 0 }));',
    ],
  ]),
  ...guardsOf('show-a-name-as-another', 'lambda/core/identity/identity.ts', [
    ['a name shows as it reads', "if (!isPrintable(value)) return 'not-printable';", ''],
  ]),
  ...guardsOf('show-a-name-as-another', 'lambda/core/identity/printable.ts', [
    ['invisible ends are cut off', ".replace(INVISIBLE_AT_ENDS, '')", '.trim()'],
  ]),
  ...guardsOf('read-who-works-here', 'lambda/core/failures/errors.ts', [
    [
      'a message cannot pass as a place in the code',
      "const lines = stack.slice(heading.length).split('\\n');",
      "const lines = stack.split('\\n');",
    ],
  ]),
  ...guardsOf('read-who-works-here', 'lambda/core/rows/digest.ts', [
    ['a digest is salted', "createHmac('sha256', salt)", "createHmac('sha256', '')"],
  ]),
  ...guardsOf('slip-another-value-into-a-release', 'cli/users/release.ts', [
    [
      'a hold id is that of a value held now',
      'if (strange.length === 0) return held.filter(({ holdId }) => ids.includes(holdId));',
      'return held;',
    ],
    [
      'a release names what the operator looked at',
      'if (options.holds.length === 0)\n    throw',
      'if (false)\n    throw',
    ],
    ['Cognito still has the held value', 'if (another.length > 0)', 'if (false)'],
  ]),
  ...guardsOf('act-under-an-alias', 'cli/users/identify-user.ts', [
    [
      'an alias names no user',
      'throw notByThis(text, [answer,',
      'return withRow(answer);\n  throw notByThis(text, [answer,',
    ],
    ['an address that is not verified names no user', "attributes.email_verified?.toLowerCase() === 'true'", 'true'],
    ['an address names a user where the pool signs in by it', 'if (byAddress && owners', 'if (owners'],
    ['case counts where the pool says so', 'if (ignoresCase && answer', 'if (answer'],
  ]),
  ...guardsOf('leave-no-trace-of-who-did-it', 'cli/users/operator.ts', [
    ['the name of a session is cut off', '.replace(/^(', '.replace(/^(x'],
  ]),
  ...guardsOf('forge-lines-on-the-operators-terminal', 'cli/terminal/terminal.ts', [
    [
      'lines are printable',
      'wrapProse(printable(addressCommands(line, address)), columns)',
      'wrapProse(addressCommands(line, address), columns)',
    ],
    [
      'lines about what is going on are printable',
      'wrapProse(printable(addressCommands(line, address)), noteColumns)',
      'wrapProse(addressCommands(line, address), noteColumns)',
    ],
  ]),
  ...guardsOf('forge-lines-on-the-operators-terminal', 'cli/terminal/width.ts', [
    ['cells of tables are printable', 'const shown = printable(text);', 'const shown = text;'],
  ]),
  ...guardsOf('forge-lines-on-the-operators-terminal', 'cli/terminal/printable.ts', [
    ['JSON is printable', 'line.replace(NOT_PRINTABLE, escapeUnit)', 'line'],
  ]),
  ...guardsOf('run-code-through-a-web-page', 'packages/local-cloud/gateway/server.ts', [
    ['every signature is verified', 'if (claims && signer) verifySignature(claims, signer.credentials, request);', ''],
  ]),
  ...guardsOf('reach-the-local-cloud-from-elsewhere', 'packages/local-cloud/gateway/request-guard.ts', [
    ['no foreign host', 'if (!authorities.includes(host.toLowerCase()))\n    throw', 'if (false)\n    throw'],
    ['one host', 'if (more.length > 0) throw', 'if (false) throw'],
    ['no foreign origin', 'if (!allowed.includes(origin)) throw', 'if (false) throw'],
    ['no foreign site', 'if (!OWN_SITES.has(site)) throw', 'if (false) throw'],
    ['no override of the method', 'if (override !== undefined) throw', 'if (false) throw'],
    [
      'no foreign target',
      'if (authorities.includes(authority.toLowerCase())) return path',
      "if (authority !== '') return path",
    ],
  ]),
  ...guardsOf('reach-the-local-cloud-from-elsewhere', 'packages/local-cloud/gateway/server.ts', [
    [
      'it listens on the loopback address only',
      "server.listen(port, '127.0.0.1', () => {",
      "server.listen(port, '0.0.0.0', () => {",
    ],
  ]),
  ...guardsOf('write-files-by-a-package', 'packages/local-cloud/services/lambda/function-code.ts', [
    ['a package stays in its folder', 'if (!path.startsWith(directory + sep))', 'if (false)'],
  ]),
];
