import { type Command, Option } from 'commander';
import type { AwsAccess, Connections } from './connections.ts';
import { checkTable, readOwnerOf } from './deployment/check-table.ts';
import { locate, type Place, type PlaceOptions, placeOption } from './deployment/places.ts';
import { awsRegion, someText } from './options.ts';
import type { ProgramDeps } from './program-deps.ts';

/** Options that every command has; which places it takes as options is its own choice. */
export interface CommandOptions extends AwsAccess, PlaceOptions {
  readonly stack?: string;
  readonly json: boolean;
}

/** Adds a command with the options that every command has, and one for each place that it needs. */
export function addCommand(program: Command, name: string, description: string, places: readonly Place[]): Command {
  const command = program
    .command(name)
    .description(description)
    .addOption(
      new Option(
        '--stack <name>',
        'CloudFormation stack whose outputs say where things are (default: that of connect-sync.json, or the only one)',
      )
        .env('CONNECT_SYNC_STACK')
        .argParser(someText),
    )
    .addOption(new Option('--region <region>', 'AWS Region (default: as for the AWS CLI)').argParser(awsRegion))
    .addOption(
      new Option('--profile <name>', 'profile of the AWS configuration files (default: as for the AWS CLI)').argParser(
        someText,
      ),
    )
    .option('--json', 'write one JSON document to stdout', false)
    .option('--wide', 'show ids in tables whole, however wide the terminal is', false);
  for (const place of places) command.addOption(placeOption(place));
  return command;
}

/** Whether to write; without it a command shows its plan. */
export const applyOption = (): Option => new Option('--apply', 'write (default: show the plan)').default(false);

/** The ports of a command, and the places that it needs. */
export type Connected<Needed extends Place> = Connections & {
  readonly place: Readonly<Record<Needed, string>> & {
    readonly syncWorker?: string | undefined;
    readonly sweep?: string | undefined;
  };
};

/** Connects a command to AWS, and finds out where everything is that it needs. */
export async function open<Needed extends Place>(
  { connect, configuredStack, terminal }: Pick<ProgramDeps, 'connect' | 'configuredStack' | 'terminal'>,
  options: CommandOptions,
  needed: readonly Needed[],
): Promise<Connected<Needed>> {
  const { region, profile } = options;
  const connections = await connect({ region, profile });
  const note = (line: string) => terminal.note(line);
  const place = await locate({ ...connections, configuredStack, note }, options, needed, ['syncWorker', 'sweep']);
  const { tableName, userPoolId }: Readonly<Partial<Record<Place, string>>> = place;
  if (tableName !== undefined) checkTable(tableName, await readOwnerOf(tableName, connections), userPoolId);
  return { ...connections, place };
}
