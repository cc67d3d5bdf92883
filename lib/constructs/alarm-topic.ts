import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/**
 * A topic that tells an e-mail address of alarms. AWS sends the address a message first, and nothing more until its link is
 * opened.
 *
 * The topic is not encrypted by a key. With the AWS-managed key of SNS, whose policy cannot be changed, CloudWatch could not
 * publish. A customer-managed key costs more than all alarms together, and would protect only names of alarms and counts.
 * To encrypt alarms, pass a topic with a key of its own.
 *
 * @see https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger
 */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { email }: { readonly email: string }) {
    super(scope, id, { enforceSSL: true });
    const { account } = Stack.of(this);
    // A policy on a topic replaces the default one, which lets the account publish.
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AllowAlarmsOfThisAccount',
        actions: ['sns:Publish'],
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        resources: [this.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: {
            'aws:SourceArn': Stack.of(this).formatArn({
              service: 'cloudwatch',
              resource: 'alarm',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
    this.addSubscription(new EmailSubscription(email));
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SNS2',
      reason: 'CloudWatch cannot publish to a topic with the AWS-managed key; messages are names of alarms and counts.',
    });
  }
}
