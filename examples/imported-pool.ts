// A user pool that exists already. CDK cannot change it: CloudTrail and the sweep find changes, and the triggers are attached
// afterwards with `npx connect-sync trigger attach` where wanted. Alarms go to a topic of the app.
import { App, Stack } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { IdentitySync } from 'cognito-connect-sync';

const app = new App();
const stack = new Stack(app, 'IdentitySync', { env: { account: '111122223333', region: 'eu-central-1' } });

new IdentitySync(stack, 'Sync', {
  userPool: UserPool.fromUserPoolId(stack, 'People', 'eu-central-1_Ab12Cd34E'),
  connectInstanceArn: 'arn:aws:connect:eu-central-1:111122223333:instance/11111111-2222-3333-4444-555555555555',
  alarmTopic: new Topic(stack, 'OnCall', { enforceSSL: true }),
  logRetention: RetentionDays.THREE_MONTHS,
  deletionProtection: true,
  policy: {
    // Only members of this Cognito group are synchronized.
    scope: { kind: 'group', group: 'contact-centre' },
    email: { maxUsersPerHour: 20 },
  },
});
