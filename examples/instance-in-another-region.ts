// The user pool is in a Region that has no Amazon Connect, the instance in another one. The stack is in the Region of the pool,
// because Cognito calls functions of its own Region only; its functions call Connect across Regions.
import { App, Stack } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { IdentitySync } from 'cognito-connect-sync';

const app = new App();
const stack = new Stack(app, 'IdentitySync', { env: { account: '111122223333', region: 'eu-west-1' } });

new IdentitySync(stack, 'Sync', {
  userPool: UserPool.fromUserPoolId(stack, 'People', 'eu-west-1_Ab12Cd34E'),
  connectInstanceArn: 'arn:aws:connect:eu-west-2:111122223333:instance/11111111-2222-3333-4444-555555555555',
});
