import { shellWord } from './shell-word.ts';

/** What the operator has said on the command line about where things are. */
export interface Address {
  readonly stack?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** A word of a command; in quotes it may have any character. It does not end with a mark of prose. */
const WORD = String.raw`(?:'[^']*'|(?:[^\s;)',:.]|[:.](?!\s|$))+)`;
/** A command to paste that ends with its line, its clause or the next command. */
const COMMAND = new RegExp(
  String.raw`(?<=^ *|: |&& |\()(npx connect-sync(?! help)|npx cdk|aws)((?: (?!&&)${WORD})+)(?=$| && |;|\))`,
  'g',
);

/**
 * Gives the commands in a text the options with which the operator has named stack, Region and profile, so that a pasted command
 * is about the same deployment. The CDK and the AWS CLI get the profile. Pure.
 */
export function addressCommands(text: string, { stack, region, profile }: Address): string {
  const known = { '--stack': stack, '--region': region, '--profile': profile };
  return text.replaceAll(COMMAND, (command: string, program: string) => {
    const options = Object.entries(known).flatMap(([flag, value]) =>
      value === undefined || command.includes(` ${flag} `) || (program !== 'npx connect-sync' && flag !== '--profile')
        ? []
        : [`${flag} ${shellWord(value)}`],
    );
    return [command, ...options].join(' ');
  });
}
