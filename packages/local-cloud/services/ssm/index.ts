import type { HostedService } from '../../gateway/hosted-service.ts';
import { AwsError, type Cloud } from '../../service.ts';

/** Version of the bootstrap stack of this cloud: the newest that the pinned CDK CLI knows. */
const BOOTSTRAP_VERSION = '31';

/** What is missing from operations that are served in part. */
export const PARTIAL = { GetParameter: 'only /cdk-bootstrap/QUALIFIER/version' } as const;

/** Creates the parameters of AWS Systems Manager. The only parameter is the version of the bootstrap stack. */
export const createSsm = (cloud: Cloud): HostedService => ({
  operations: { GetParameter: (input: { readonly Name?: string }) => getParameter(cloud, input) },
});

/** @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html */
function getParameter({ accountId, region, clock }: Cloud, { Name }: { readonly Name?: string }) {
  if (Name === undefined) throw new AwsError('ValidationException', 'Name is required.');
  if (!/^\/cdk-bootstrap\/[a-z0-9]+\/version$/.test(Name))
    throw new AwsError('ParameterNotFound', `Parameter ${Name} not found.`);
  return {
    Parameter: {
      Name,
      Type: 'String',
      Value: BOOTSTRAP_VERSION,
      Version: 1,
      LastModifiedDate: new Date(clock.now()),
      ARN: `arn:aws:ssm:${region}:${accountId}:parameter${Name}`,
      DataType: 'text',
    },
  };
}
