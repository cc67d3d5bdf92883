/** A guard of the product or of the local cloud, how it is taken away, and the test that must fail then. */
export interface Guard {
  /** What it keeps from happening. */
  readonly keeps: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** File of tests. */
  readonly test: string;
}

const of = (
  attacks: string,
  file: string,
  guards: readonly (readonly [keeps: string, find: string, replace: string])[],
) =>
  guards.map(
    ([keeps, find, replace]): Guard => ({ keeps, file, find, replace, test: `test/attacks/${attacks}.test.ts` }),
  );

/** Every guard that the attacks are about. Each removed alone must fail at least one of its attacks. */
export const GUARDS: readonly Guard[] = [
  ...of('become-the-cognito-user-of-an-agent', 'lambda/core/adoption.ts', [
    ['no link while sign-up is open', "if (exposure.selfSignUp) return outcome('held', 'open-sign-up');", ''],
    ['no link by a writable attribute', 'exposure.writableAttributes.has(rule.attribute)', 'false'],
    ['an address links only once it is verified', ' || !isVerified(user)) return false;', ') return false;'],
    ['an address links only where the old one is kept', 'exposure.keepsVerifiedEmail !== true', 'false'],
    [
      'an address of a foreign provider does not link',
      'user.providers.every((provider) => trustedProviders.includes(provider))',
      'true',
    ],
    [
      'an address that a function may have called verified does not link',
      'exposure.selfSignUp && exposure.preSignUp !== false',
      'false',
    ],
    ['an empty attribute names no agent', "return name === '' ? undefined : name;", 'return name;'],
  ]),
  ...of('become-the-cognito-user-of-an-agent', 'lambda/sync-worker/adopt-connect-user.ts', [
    ['an agent found by a search bears exactly the name', '(observed.username ?? name) === name', 'true'],
    [
      'two agents of one name are no match',
      "if (another !== undefined) return none(outcome('ambiguous', 'several-connect-users'));",
      '',
    ],
    ['a claim of another stands', "if (result === 'linked') return", 'if (result) return'],
  ]),
  ...of('become-the-cognito-user-of-an-agent', 'lambda/sync-worker/read-cognito-user.ts', [
    [
      'a deleted user keeps the claim',
      'if (connectUserId !== undefined) await table.orphan(sub, connectUserId, readAt);',
      '',
    ],
  ]),
  ...of('become-the-cognito-user-of-an-agent', 'lambda/sync-worker/reconcile-pair.ts', [
    ['users out of scope are left alone', 'if (!(await isInScope(deps, user)))', 'if (false)'],
  ]),
  ...of('wait-until-the-pool-is-closed', 'lambda/core/adoption.ts', [
    [
      'users from open times are linked by a person',
      "wasCreatedWhileOpen(history, rule.attribute, createdAt) ? outcome('held', 'earlier-sign-up') : undefined",
      'undefined',
    ],
  ]),
  ...of('wait-until-the-pool-is-closed', 'lambda/core/exposure.ts', [
    ['closing is remembered', ': { open, closedAt: readAt };', ': { open };'],
    [
      'an attribute that was writable is remembered',
      'return [history.signUp, ofAttribute].some(',
      'return [history.signUp].some(',
    ],
    [
      'a user of unknown age is from open times',
      'createdAt === undefined || createdAt <= door',
      'createdAt !== undefined && createdAt <= door',
    ],
    ['clocks differ', 'createdAt <= door.closedAt + MARGIN_MS', 'createdAt <= door.closedAt'],
    ['an open pool is no closed one', 'if (door?.open === true) return true;', ''],
    [
      'a read from before it was opened does not close it',
      'return readAt < (before.openedAt ?? 0) + MARGIN_MS ? before : { open, closedAt: readAt };',
      'return { open, closedAt: readAt };',
    ],
  ]),
  ...of('wait-until-the-pool-is-closed', 'lambda/sync-worker/reconcile-pair.ts', [
    [
      'the first address of a user from open times is not trusted',
      'return !rules.some(',
      'return true || !rules.some(',
    ],
  ]),
  ...of('wait-until-the-pool-is-closed', 'lambda/sync-worker/adopt-connect-user.ts', [
    ['the settings are not older than the user', 'readDoors(deps, user.modifiedAt)', 'readDoors(deps)'],
  ]),
  ...of('wait-until-the-pool-is-closed', 'cli/deployment/remember-settings.ts', [
    [
      'the command line keeps that sign-up is open',
      '{ selfSignUp, writableAttributes }',
      '{ selfSignUp: false, writableAttributes }',
    ],
    [
      'the command line keeps which attributes of rules users may write',
      'return { watched, writableAttributes };',
      'return NO_ATTRIBUTES;',
    ],
  ]),
  ...of('wait-until-the-pool-is-closed', 'cli/users/identify-user.ts', [
    ['looking a user up keeps it', 'await remember(selfSignUp);', ''],
  ]),
  ...of('wait-until-the-pool-is-closed', 'cli/triggers/inspect.ts', [
    ['showing the triggers keeps it', "'AllowAdminCreateUserOnly') !== true", "'AllowAdminCreateUserOnly') === false"],
  ]),
  ...of('receive-the-password-reset-of-an-agent', 'lambda/core/plan-identity.ts', [
    [
      'an unverified address waits',
      "if (!facts.changeableByUser) return { field, kind: 'waiting', reason: 'email-not-verified' };",
      'if (!facts.changeableByUser) return undefined;',
    ],
    [
      'an address that a federated user can replace is held',
      "if (!released) return hold('provider-address-changeable');",
      '',
    ],
    [
      'a verification speaks of one attribute',
      "if (facts.unverifiable.includes(field)) return { field, kind: 'rejected', reason: 'not-verifiable' };",
      '',
    ],
    ['the first address of a link waits for a person', "if (facts.firstEmail) return hold('first-email');", ''],
  ]),
  ...of('receive-the-password-reset-of-an-agent', 'lambda/core/address-rules.ts', [
    [
      'only "true" is verified',
      "(attributes.email_verified ?? '').trim().toLowerCase() === 'true'",
      "!['', 'false'].includes(attributes.email_verified ?? '')",
    ],
    ['every provider must be trusted', 'providers.every((provider)', 'providers.some((provider)'],
  ]),
  ...of('receive-the-password-reset-of-an-agent', 'lambda/core/holds.ts', [
    [
      'a release is for one value',
      "return wanted?.kind === 'value' && matches(releases?.[field], wanted.value);",
      "return wanted?.kind === 'value' && releases?.[field] !== undefined;",
    ],
    [
      'a release is used up',
      'const left = given.filter(({ field, value }) => value !== undefined && identity[field] !== value);',
      'const left = given;',
    ],
  ]),
  ...of('receive-the-password-reset-of-an-agent', 'lambda/sync-worker/conclude-identity.ts', [
    [
      'an unverified address settles nothing',
      'verified ? EMAIL_FIELDS.filter',
      'verified || true ? EMAIL_FIELDS.filter',
    ],
  ]),
  ...of('use-a-mailbox-outside-the-company', 'lambda/core/plan-identity.ts', [
    [
      'a domain is allowed or not',
      '!facts.allowedDomains.includes(domain)',
      '!facts.allowedDomains.some((allowed) => domain.endsWith(allowed))',
    ],
    ['the domain follows the last sign', "address.lastIndexOf('@')", "address.indexOf('example') - 2"],
  ]),
  ...of('use-a-mailbox-outside-the-company', 'lambda/core/identity.ts', [
    [
      'an address has one sign and no space',
      "if (field === 'Email' && !ADDRESS.test(value)) return 'not-an-email-address';",
      '',
    ],
  ]),
  ...of('take-over-an-administrator', 'lambda/core/plan-identity.ts', [
    [
      'holders of a protected profile wait for a person',
      "if (facts.protectedProfile) return hold('protected-profile');",
      '',
    ],
    ['a profile that is unknown protects everyone', "if (facts.unknownProfile) return hold('unknown-profile');", ''],
    ['a budget limits a mistake', "if (facts.budgetSpent) return hold('email-budget');", ''],
  ]),
  ...of('take-over-an-administrator', 'lambda/sync-worker/email-facts.ts', [
    ['profiles that Connect does not say count as protected', 'held === undefined || held.some(', 'held?.some('],
  ]),
  ...of('bring-back-an-old-address', 'lambda/sync-worker/repeat-address.ts', [
    ['a doubtful address is not repeated after one read', '!isDoubtful(linked)', 'true'],
    [
      'an address that is gone from Cognito is doubtful',
      '!vouching.verified : row.hadEmail === true',
      '!vouching.verified : false',
    ],
    ['the second read is two minutes later', 'since >= SETTLING_MS && since', 'since'],
    [
      'the first read is not of long ago',
      'since >= SETTLING_MS && since <= MAX_AGE_MS',
      'since >= SETTLING_MS && since < Number.POSITIVE_INFINITY',
    ],
    ['the two reads show the same address', 'matches(row.echo, address)', 'true'],
  ]),
  ...of('bring-back-an-old-address', 'lambda/core/plan-identity.ts', [
    ['only what changes is sent where that is configured', "(update === 'whole' || isName)", '(true || isName)'],
  ]),
  ...of('write-by-a-forged-message', 'lambda/core/change.ts', [
    ['a message has no other members', 'const changeSchema = z.strictObject({', 'const changeSchema = z.looseObject({'],
    ['a sub has the form of a sub', 'export const subSchema = z.guid();', 'export const subSchema = z.string();'],
  ]),
  ...of('write-by-a-forged-message', 'lambda/sync-worker/read-message.ts', [
    [
      'a message is for this pool',
      "if (change.userPoolId !== deps.userPoolId) return deadLetter(deps, record, 'another-user-pool');",
      '',
    ],
  ]),
  ...of('change-something-between-read-and-write', 'lambda/sync-worker/write-identity.ts', [
    [
      'a write is sent for the link that was read',
      'if (!(await table.noteWrite(row.sub, linkOf(row), digest, now, noted.lastWriteAt))) {',
      'await table.noteWrite(row.sub, linkOf(row), digest, now, noted.lastWriteAt);\n    if (false) {',
    ],
  ]),
  ...of('stall-real-changes', 'lambda/sync-worker/adopt-connect-user.ts', [
    [
      'a stranger costs no call to Connect',
      "if (held?.reason !== undefined && !asks) return { kind: 'left-to-sweep', why: held.reason };",
      '',
    ],
  ]),
  ...of('fill-the-queue-from-another-pool', 'lambda/change-intake/handler.ts', [
    [
      'a self-service call is of a user with a row',
      'if (!scoped && (await table.getUser(sub)) === undefined) {',
      'if (false) {',
    ],
  ]),
  ...of('fill-the-queue-from-another-pool', 'lambda/core/cloudtrail-record.ts', [
    ['a record is of this pool', 'poolId !== undefined && poolId !== userPoolId', 'false'],
    ['a record is of this account', 'result.data.account !== account ||', ''],
    ['a record is of this Region', '|| result.data.region !== region', ''],
    ['a call has succeeded', "if (detail.errorCode) return { kind: 'ignored', why: 'failed-call' };", ''],
  ]),
  ...of('fill-the-queue-from-another-pool', 'lib/event-patterns.ts', [
    ['the rule of administrators names the pool', '    userPoolId: [userPoolId],\n', ''],
  ]),
  ...of('learn-who-administers-from-dead-letters', 'lambda/core/reduced-record.ts', [
    ['a dead record is reduced', 'return result.success ? result.data : {};', 'return event as ReducedRecord;'],
    ['what has another form is left out', 'z.optional(z.catch(z.optional(schema), undefined))', 'z.optional(z.any())'],
  ]),
  ...of('learn-who-administers-from-dead-letters', 'lambda/core/errors.ts', [
    [
      'no foreign message is logged',
      'return { error: error.name, stack: framesOf(error) };',
      'return { error: error.name, detail: error.message };',
    ],
  ]),
  ...of('use-a-pool-that-cannot-be-described', 'lambda/adapters/cognito-user-pool.ts', [
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
  ...of('use-a-pool-that-cannot-be-described', 'lambda/sync-worker/adopt-connect-user.ts', [
    [
      'a pool that cannot be described is closed to links',
      'const exposure = await pool.exposure(since);',
      'const exposure = await pool.exposure().catch(() => ({ selfSignUp: false, writableAttributes: new Set<string>(), keepsVerifiedEmail: true, readAt: 0 }));',
    ],
  ]),
  ...of('use-a-pool-that-cannot-be-described', 'lambda/sync-worker/email-facts.ts', [
    [
      'nor does a provider vouch in it',
      '(await pool.exposure())',
      '(await pool.exposure().catch(() => ({ keepsVerifiedEmail: true })))',
    ],
  ]),
  ...of('show-a-name-as-another', 'lambda/core/identity.ts', [
    ['a name shows as it reads', "if (!isPrintable(value)) return 'not-printable';", ''],
  ]),
  ...of('show-a-name-as-another', 'lambda/core/printable.ts', [
    ['invisible ends are cut off', ".replace(INVISIBLE_AT_ENDS, '')", '.trim()'],
  ]),
  ...of('read-who-works-here', 'lambda/core/errors.ts', [
    [
      'a message cannot pass as a place in the code',
      "const lines = stack.slice(heading.length).split('\\n');",
      "const lines = stack.split('\\n');",
    ],
  ]),
  ...of('read-who-works-here', 'lambda/core/digest.ts', [
    ['a digest is salted', "createHmac('sha256', salt)", "createHmac('sha256', '')"],
  ]),
  ...of('slip-another-value-into-a-release', 'cli/users/release.ts', [
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
  ...of('act-under-an-alias', 'cli/users/identify-user.ts', [
    [
      'an alias names no user',
      'throw notByThis(text, [answer,',
      'return withRow(answer);\n  throw notByThis(text, [answer,',
    ],
    ['an address that is not verified names no user', "attributes.email_verified?.toLowerCase() === 'true'", 'true'],
    ['an address names a user where the pool signs in by it', 'if (byAddress && owners', 'if (owners'],
    ['case counts where the pool says so', 'if (ignoresCase && answer', 'if (answer'],
  ]),
  ...of('leave-no-trace-of-who-did-it', 'cli/users/operator.ts', [
    ['the name of a session is cut off', '.replace(/^(', '.replace(/^(x'],
  ]),
  ...of('forge-lines-on-the-operators-terminal', 'cli/terminal/terminal.ts', [
    ['lines are printable', 'const text = printable(line);', 'const text = line;'],
    ['lines about what is going on are printable', 'screen.note(printable(line))', 'screen.note(line)'],
  ]),
  ...of('forge-lines-on-the-operators-terminal', 'cli/terminal/width.ts', [
    ['cells of tables are printable', 'const shown = printable(text);', 'const shown = text;'],
  ]),
  ...of('forge-lines-on-the-operators-terminal', 'cli/terminal/printable.ts', [
    ['JSON is printable', 'line.replace(NOT_PRINTABLE, escapeUnit)', 'line'],
  ]),
  ...of('run-code-through-a-web-page', 'packages/local-cloud/gateway/server.ts', [
    ['every signature is verified', 'if (claims && signer) verifySignature(claims, signer.credentials, request);', ''],
  ]),
  ...of('reach-the-local-cloud-from-elsewhere', 'packages/local-cloud/gateway/request-guard.ts', [
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
  ...of('reach-the-local-cloud-from-elsewhere', 'packages/local-cloud/gateway/server.ts', [
    [
      'it listens on the loopback address only',
      "server.listen(port, '127.0.0.1', () => {",
      "server.listen(port, '0.0.0.0', () => {",
    ],
  ]),
  ...of('write-files-by-a-package', 'packages/local-cloud/services/lambda/function-code.ts', [
    ['a package stays in its folder', 'if (!path.startsWith(directory + sep))', 'if (false)'],
  ]),
];
