/** Names of the outputs of the stack: what the CLI and scripts find a deployment by. */
export const OUTPUTS = {
  userPoolId: 'UserPoolId',
  /** Only where the stack made the pool. */
  userPoolClientId: 'UserPoolClientId',
  connectInstanceId: 'ConnectInstanceId',
  queueUrl: 'QueueUrl',
  deadLetterQueueUrl: 'DeadLetterQueueUrl',
  intakeDeadLetterQueueUrl: 'IntakeDeadLetterQueueUrl',
  tableName: 'TableName',
  poolTriggerFunctionName: 'PoolTriggerFunctionName',
  poolTriggerFunctionArn: 'PoolTriggerFunctionArn',
  changeIntakeFunctionName: 'ChangeIntakeFunctionName',
  syncWorkerFunctionName: 'SyncWorkerFunctionName',
  /** Version of the product that made the stack. */
  version: 'Version',
  /** Only where there is a sweep. */
  sweepFunctionName: 'SweepFunctionName',
} as const;

/** Values by the names that {@link OUTPUTS} gives them in the code. */
export type OutputValues = Readonly<
  Record<Exclude<keyof typeof OUTPUTS, 'userPoolClientId' | 'sweepFunctionName'>, string> &
    Partial<Record<'userPoolClientId' | 'sweepFunctionName', string>>
>;
