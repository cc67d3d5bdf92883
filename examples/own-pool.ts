// A user pool of the same app, which words its messages with a function of its own. The pool gets the triggers of
// IdentitySync; the function that had the custom message trigger is chained, so that its words still reach people.
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { AccountRecovery, UserPool } from 'aws-cdk-lib/aws-cognito';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { IdentitySync } from 'cognito-connect-sync';

const app = new App();
const stack = new Stack(app, 'ContactCentre', { env: { account: '111122223333', region: 'eu-west-2' } });

const userPool = new UserPool(stack, 'People', {
  selfSignUpEnabled: false,
  accountRecovery: AccountRecovery.EMAIL_ONLY,
  autoVerify: { email: true },
  // Cognito keeps the verified address until the new one is verified.
  keepOriginal: { email: true },
});

const wording = new LambdaFunction(stack, 'Wording', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(`exports.handler = async (event) => {
    event.response.emailSubject = 'Your code for the contact centre';
    return event;
  };`),
});

const sync = new IdentitySync(stack, 'Sync', {
  userPool,
  connectInstanceArn: 'arn:aws:connect:eu-west-2:111122223333:instance/11111111-2222-3333-4444-555555555555',
  chain: { customMessage: wording },
  policy: { email: { allowedDomains: ['example.com'] } },
});

new CfnOutput(stack, 'DeadLetterQueueUrl', { value: sync.deadLetterQueue.queueUrl });
