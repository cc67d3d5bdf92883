import { type Command, InvalidArgumentError } from 'commander';
import { ConfigError } from '../../lambda/core/failures/errors.ts';
import { alarmEmailSchema } from '../../lib/configuration/alarm-email.ts';
import { addCommand, type CommandOptions } from '../command.ts';
import type { Connections } from '../connections.ts';
import type { DoctorPorts } from '../doctor/ports.ts';
import { readQuotas, readRights } from '../doctor/read-surroundings.ts';
import { attempt, known, whenRead } from '../doctor/reading.ts';
import { CONFIGURATION_FILE } from '../doctor/target.ts';
import { EXIT, type Exit, InterruptedError, RefusedError } from '../exit.ts';
import { memberAt } from '../json.ts';
import { awsRegion } from '../options.ts';
import type { ProgramDeps } from '../program-deps.ts';
import { readIfThere } from '../read-if-there.ts';
import { renderTable } from '../terminal/table.ts';
import { choose } from './choose.ts';
import { configurationOf, describeGaps, type InitFacts, type Proposal, proposeSettings } from './propose.ts';

interface InitFlags extends CommandOptions {
  readonly userPoolId?: string;
  readonly instanceId?: string;
  readonly instanceRegion?: string;
  readonly alarmEmail?: string;
  readonly yes: boolean;
  readonly force: boolean;
}

/** What `init` works with. */
interface InitDeps extends Pick<ProgramDeps, 'terminal' | 'ask' | 'writeFile' | 'sleep'> {
  readonly settings: Connections['settings'];
  readonly doctor: DoctorPorts;
}

/**
 * `init`: proposes settings for a pool and an instance, and writes them into a file. Nothing is written to AWS.
 *
 * @returns in order when the file was written.
 * @throws {RefusedError} when the person says no, and for an instance that cannot be synchronized.
 * @throws {InterruptedError} at Ctrl-C.
 */
async function init(
  deps: InitDeps,
  options: Omit<InitFlags, 'instanceRegion'> & { readonly instanceRegion: string },
): Promise<Exit> {
  const { terminal, ask, doctor, writeFile } = deps;
  const pool = await choose({
    what: 'user pool',
    flag: '--user-pool-id',
    given: options.userPoolId,
    items: await attempt(() => doctor.pools.list()),
    idOf: ({ id }) => id,
    nameOf: ({ name }) => name,
    terminal,
    ask,
  });
  const instance = await choose({
    what: 'Connect instance',
    flag: '--instance-id',
    given: options.instanceId,
    items: await attempt(() => doctor.instances(options.instanceRegion).list()),
    idOf: ({ id }) => id,
    nameOf: ({ alias }) => alias,
    terminal,
    ask,
  });
  if (instance.identityManagementType === 'EXISTING_DIRECTORY')
    throw new RefusedError(
      `Instance ${instance.alias} takes names and addresses from an existing directory, and refuses to change them: it cannot be synchronized.`,
    );
  const more = await readMore(deps, pool.id, instance.id, options.instanceRegion);
  const proposals = proposeSettings({ pool, instance, alarmEmail: options.alarmEmail, ...more });
  const configuration = configurationOf(proposals);
  if (!options.json) terminal.out(renderProposals(proposals));
  for (const gap of describeGaps(more)) terminal.note(gap);
  if (!options.yes) {
    const answer = await ask?.(`Write ${CONFIGURATION_FILE}? (y/n) `);
    if (answer === undefined) throw new InterruptedError();
    if (!/^y(es)?$/i.test(answer.trim())) throw new RefusedError('Nothing was written.');
  }
  await writeFile(CONFIGURATION_FILE, `${JSON.stringify(configuration, null, 2)}\n`, { overwrite: options.force });
  if (options.json) terminal.json({ file: CONFIGURATION_FILE, configuration, proposals });
  terminal.note([`${CONFIGURATION_FILE} is written. Next:`, '  npx connect-sync doctor', '  npx cdk deploy']);
  return EXIT.inOrder;
}

const renderProposals = (proposals: readonly Proposal[]): readonly string[] =>
  renderTable(
    ['SETTING', 'VALUE', 'REASON'],
    proposals.map(({ setting, value, reason }) => [
      setting,
      typeof value === 'string' ? value : JSON.stringify(value),
      reason,
    ]),
  );

/** Reads what the proposals depend on. Proposals do without a read that is denied. */
async function readMore(
  { settings, doctor, sleep }: InitDeps,
  userPoolId: string,
  instanceId: string,
  region: string,
): Promise<Omit<InitFacts, 'pool' | 'instance' | 'alarmEmail'>> {
  const generatedUsernames = await attempt(async () => {
    const byAddress = memberAt((await settings.describe(userPoolId)).pool, 'UsernameAttributes');
    return Array.isArray(byAddress) && byAddress.length > 0;
  });
  const instances = doctor.instances(region);
  const editors = await whenRead(await attempt(() => instances.profiles(instanceId)), async (profiles) => {
    const rights = await readRights({ instances, sleep }, instanceId, profiles);
    const gap = rights.find(({ editsUsers }) => editsUsers.state !== 'read')?.editsUsers;
    if (gap !== undefined && gap.state !== 'read') return gap;
    return known(
      rights.filter(({ editsUsers }) => editsUsers.state === 'read' && editsUsers.value).map(({ name }) => name),
    );
  });
  const lowestQuota = await whenRead(await readQuotas(doctor.quotas(region)), async (quotas) => {
    const applied = quotas.flatMap(({ applied: one }) => (one.state === 'read' ? (one.value ?? []) : []));
    if (applied.length > 0) return known(Math.min(...applied));
    const gap = quotas.find(({ applied: one }) => one.state !== 'read')?.applied;
    return gap === undefined || gap.state === 'read' ? known(undefined) : gap;
  });
  return { generatedUsernames, editors, lowestQuota };
}

/** Parses an address for alarms, by the rule of the configuration. */
const EMAIL = (value: string): string => {
  if (alarmEmailSchema.safeParse(value).success) return value;
  throw new InvalidArgumentError('Expected an e-mail address.');
};

/** Adds `init`. */
export function addInit(program: Command, deps: ProgramDeps): void {
  addCommand(program, 'init', `propose settings for a user pool and an instance, and write ${CONFIGURATION_FILE}`, [])
    .option('--user-pool-id <id>', 'user pool (default: you are asked)')
    .option('--instance-id <id>', 'Connect instance (default: you are asked)')
    .option('--instance-region <region>', 'Region of the instance (default: that of the pool)', awsRegion)
    .option('--alarm-email <address>', 'address that alarms tell', EMAIL)
    .option('--yes', 'write the file without a question', false)
    .option('--force', `overwrite a ${CONFIGURATION_FILE} that is there`, false)
    .action(async (options: InitFlags) => {
      await refuseOverwriting(deps, options);
      refuseHanging(deps, options);
      const region = options.region ?? options.userPoolId?.split('_')[0];
      const connections = await deps.connect({ region, profile: options.profile });
      const { settings } = connections;
      const instanceRegion = options.instanceRegion ?? connections.region;
      const ports = { ...deps, settings, doctor: await connections.doctor() };
      deps.onExit(await init(ports, { ...options, instanceRegion }));
    });
}

/** @throws {ConfigError} `file-exists` before anything is asked. */
async function refuseOverwriting(deps: ProgramDeps, { force }: InitFlags): Promise<void> {
  if (force || (await readIfThere(deps, CONFIGURATION_FILE)) === undefined) return;
  throw new ConfigError(
    'file-exists',
    `${CONFIGURATION_FILE} is there already. To overwrite it, repeat the command with --force.`,
  );
}

/** @throws {ConfigError} `no-terminal` where a question would be needed, and no person is there to answer it. */
function refuseHanging({ ask }: ProgramDeps, { userPoolId, instanceId, yes }: InitFlags): void {
  if (ask !== undefined) return;
  const missing = [
    ...(userPoolId === undefined ? ['--user-pool-id ID'] : []),
    ...(instanceId === undefined ? ['--instance-id ID'] : []),
    ...(yes ? [] : ['--yes']),
  ];
  if (missing.length > 0)
    throw new ConfigError('no-terminal', `There is no terminal to ask at. Give ${missing.join(', ')}.`);
}
