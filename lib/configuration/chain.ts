import * as z from 'zod';
import type { POOL_TRIGGERS, Problem } from '../../lambda/config.ts';

const ARN = /^arn:[\w-]+:lambda:(?<region>[\w-]+):(?<account>\d{12}):function:[\w-]+(:[\w-]+)?$/;
const FORM =
  'expected the ARN of a Lambda function, such as "arn:aws:lambda:eu-west-1:111122223333:function:my-trigger"';

const functionArn = z.string().regex(ARN, FORM).optional();

/**
 * Functions that were triggers of the pool before ours. They still decide what Cognito gets as the answer. A pool has one
 * function for each trigger.
 */
export const chainSchema = z.strictObject({
  customMessage: functionArn.describe('Function that writes the pool messages: called by our custom message trigger.'),
  postConfirmation: functionArn.describe('Function that is called by our post-confirmation trigger.'),
  postAuthentication: functionArn.describe('Function that is called by our post-authentication trigger.'),
} satisfies Record<(typeof POOL_TRIGGERS)[keyof typeof POOL_TRIGGERS]['setting'], unknown>);

/** See {@link chainSchema}. */
export type Chain = Readonly<z.output<typeof chainSchema>>;

/**
 * Finds chained functions that cannot be called: those of another account or Region, and ARNs of no function. Pure.
 *
 * @param home - account and Region of the stack, each as far as it is known by now.
 */
export function findUnusableChain(
  chain: Chain,
  home: { readonly account?: string | undefined; readonly region?: string | undefined },
): readonly Problem[] {
  return Object.entries(chain).flatMap(([trigger, arn]) => {
    if (arn === undefined) return [];
    const path = `chain.${trigger}`;
    const { region, account } = ARN.exec(arn)?.groups ?? {};
    if (region === undefined || account === undefined)
      return [{ path, message: `received ${JSON.stringify(arn)}; ${FORM}` }];
    const { account: ownAccount = account, region: ownRegion = region } = home;
    if (account === ownAccount && region === ownRegion) return [];
    return [
      {
        path,
        message: `received a function of account ${account} in ${region}; expected one of account ${ownAccount} in ${ownRegion}, where the stack is`,
      },
    ];
  });
}
