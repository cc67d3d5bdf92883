import { type Check, ok, problem } from '../check.ts';

const accountOf = (arn: string): string => arn.split(':')[4] ?? '';

/** Who calls, and in which account and Region. */
export const ACCOUNT_CHECKS: readonly Check[] = [
  { name: 'credentials', decide: ({ caller }) => ok(`You are ${caller}.`) },
  {
    name: 'account',
    decide({ caller, instanceAccount }) {
      const account = accountOf(caller);
      if (instanceAccount === undefined || instanceAccount === account) return ok(`The account is ${account}.`);
      return problem(
        `Your credentials are of account ${account}, and the Connect instance is in account ${instanceAccount}.`,
        `Use credentials of account ${instanceAccount}: Connect takes no calls from another account.`,
        'aws sts get-caller-identity',
      );
    },
  },
  {
    name: 'region',
    decide({ region, givenRegion = region, userPoolId }) {
      if (givenRegion === region) return ok(`The Region is ${region}.`);
      return problem(
        `You name Region ${givenRegion}, and user pool ${userPoolId} is in ${region}.`,
        'Leave --region out: it follows from the id of the pool.',
        'npx connect-sync doctor',
      );
    },
  },
];
