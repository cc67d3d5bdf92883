import type { ServiceModel } from './models.ts';
import { createJsonProtocol } from './protocols/json.ts';
import type { Protocol, WireRequest } from './protocols/protocol.ts';
import { createQueryProtocol } from './protocols/query.ts';
import { createRestJsonProtocol } from './protocols/rest-json.ts';
import { createS3Protocol } from './protocols/rest-s3.ts';
import type { FindModel } from './service-models.ts';

/** Chooses the protocol of a request to a service; `undefined` for an unknown service. */
export type ChooseProtocol = (
  service: string,
  request: Pick<WireRequest, 'method' | 'headers'>,
) => Protocol | undefined;

/** The model of a service without known shapes. */
const EMPTY_MODEL: ServiceModel = { operations: new Map(), errors: [] };

/** Creates the protocols of all services. Their models are loaded at the first call. */
export function createProtocols(findModel: FindModel): ChooseProtocol {
  const model = (service: string) => findModel(service) ?? (() => Promise.resolve(EMPTY_MODEL));
  const json = (service: string, version: '1.0' | '1.1', target: string) =>
    createJsonProtocol({ service, version, target, model: findModel(service) });
  const query = (service: string, namespace: string, queueInPath = false) =>
    createQueryProtocol({ namespace, model: model(service), queueInPath });
  const sqsQuery = query('sqs', 'http://queue.amazonaws.com/doc/2012-11-05/', true);
  const protocols: Readonly<Record<string, Protocol>> = {
    'cognito-idp': json('cognito-idp', '1.1', COGNITO_TARGET),
    sqs: json('sqs', '1.0', 'AmazonSQS'),
    events: json('events', '1.1', 'AWSEvents'),
    cloudtrail: json('cloudtrail', '1.1', 'CloudTrail_20131101'),
    monitoring: json('monitoring', '1.0', 'GraniteServiceVersion20100801'),
    servicequotas: json('servicequotas', '1.1', 'ServiceQuotasV20190624'),
    dynamodb: json('dynamodb', '1.0', 'DynamoDB_20120810'),
    ssm: json('ssm', '1.1', 'AmazonSSM'),
    logs: json('logs', '1.1', 'Logs_20140328'),
    connect: createRestJsonProtocol({ service: 'connect', model: model('connect') }),
    scheduler: createRestJsonProtocol({ service: 'scheduler', model: model('scheduler') }),
    lambda: createRestJsonProtocol({
      service: 'lambda',
      model: model('lambda'),
      errorMembers: ({ status }) => ({ Type: status < 500 ? 'User' : 'Service' }),
    }),
    cloudformation: query('cloudformation', 'http://cloudformation.amazonaws.com/doc/2010-05-15/'),
    sts: query('sts', 'https://sts.amazonaws.com/doc/2011-06-15/'),
    sns: query('sns', 'http://sns.amazonaws.com/doc/2010-03-31/'),
    iam: query('iam', 'https://iam.amazonaws.com/doc/2010-05-08/'),
    s3: createS3Protocol(),
  };
  return (service, request) => {
    // Older AWS CLIs use Query for SQS, newer clients use JSON.
    if (service === 'sqs' && request.headers['x-amz-target'] === undefined) return sqsQuery;
    return Object.hasOwn(protocols, service) ? protocols[service] : undefined;
  };
}

/** The protocol to answer a request whose service is unknown. The headers and the body of the request decide. */
export function guessProtocol({ headers }: Pick<WireRequest, 'headers'>): Protocol {
  if (headers['x-amz-target'] !== undefined) return unknownJson;
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? unknownQuery : unknownRest;
}

const unknownJson = createJsonProtocol({ service: 'unknown', version: '1.1', target: '' });
const unknownQuery = createQueryProtocol({
  namespace: 'http://webservices.amazon.com/AWSFault/2005-15-09',
  model: () => Promise.resolve(EMPTY_MODEL),
});
const unknownRest = createRestJsonProtocol({ service: 'unknown', model: () => Promise.resolve(EMPTY_MODEL) });

const COGNITO_TARGET = 'AWSCognitoIdentityProviderService';

/**
 * Operations of a user pool that an app client calls without AWS credentials: no IAM identity signs them.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html
 */
export const UNSIGNED_COGNITO_OPERATIONS: ReadonlySet<string> = new Set([
  'ChangePassword',
  'ConfirmForgotPassword',
  'ConfirmSignUp',
  'DeleteUser',
  'DeleteUserAttributes',
  'ForgotPassword',
  'GetTokensFromRefreshToken',
  'GetUser',
  'GetUserAttributeVerificationCode',
  'GlobalSignOut',
  'InitiateAuth',
  'ResendConfirmationCode',
  'RespondToAuthChallenge',
  'RevokeToken',
  'SignUp',
  'UpdateUserAttributes',
  'VerifyUserAttribute',
]);

/** The service of a request that needs no signature; `undefined` when a signature is needed. */
export function unsignedService({ headers }: Pick<WireRequest, 'headers'>): string | undefined {
  const [target, operation] = String(headers['x-amz-target'] ?? '').split('.');
  return target === COGNITO_TARGET && UNSIGNED_COGNITO_OPERATIONS.has(operation ?? '') ? 'cognito-idp' : undefined;
}
