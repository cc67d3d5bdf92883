import type { JsonObject } from '../json.ts';
import type { Occupant, Occupants } from './occupants.ts';

/**
 * What a stack leaves behind of the functions that leave the slots of a pool, with the commands that delete it: CloudFormation
 * keeps them, because in a pool that names a missing function its trigger fails. Pure.
 *
 * @param after - the pool as it will be: a function that any of its triggers still names is not mentioned.
 */
export function describeLeftovers(occupants: Occupants, after: JsonObject): readonly string[] {
  const named = JSON.stringify(after.LambdaConfig ?? {});
  const leaving = new Map(
    Object.values(occupants)
      .filter(({ arn, state }) => (state === 'ours' || state === 'of an earlier deployment') && !named.includes(arn))
      .map((occupant) => [occupant.arn, occupant]),
  );
  return [...leaving.values()].flatMap((occupant) => [
    occupant.state === 'ours'
      ? `cdk destroy keeps ${occupant.arn}, its role and its log group. Once the stack is deleted and no user pool names the function, delete them:`
      : `${occupant.arn}, its role and its log group are left over from a stack that was deleted. Once no user pool names the function, delete them:`,
    ...commandsFor(occupant),
  ]);
}

function commandsFor({ arn, facts }: Occupant): readonly string[] {
  const [, , , region = ''] = arn.split(':');
  const role = facts?.roleArn.split('/').at(-1);
  return [
    `  aws lambda delete-function --region ${region} --function-name ${arn.split(':').at(6)}`,
    ...(facts?.logGroup === undefined
      ? []
      : [`  aws logs delete-log-group --region ${region} --log-group-name ${facts.logGroup}`]),
    ...(role === undefined
      ? []
      : [
          `  aws iam delete-role-policy --role-name ${role} --policy-name function`,
          `  aws iam delete-role --role-name ${role}`,
        ]),
  ];
}
