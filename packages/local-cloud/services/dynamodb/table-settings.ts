import { AwsError, type Cloud } from '../../service.ts';

interface TimeToLive {
  readonly Enabled: boolean;
  readonly AttributeName: string;
}
interface UpdateTimeToLiveInput {
  readonly TableName: string;
  readonly TimeToLiveSpecification: TimeToLive;
}
interface UpdateContinuousBackupsInput {
  readonly TableName: string;
  readonly PointInTimeRecoverySpecification: { readonly PointInTimeRecoveryEnabled: boolean };
}
interface TableInput {
  readonly TableName: string;
}

/**
 * The settings of a table that the data engine does not know: kept and shown, without effect on the data.
 *
 * @param requireTable - throws ResourceNotFoundException for a table that does not exist.
 */
export function createTableSettings({ clock }: Cloud, requireTable: (name: string) => Promise<void>) {
  const timesToLive = new Map<string, TimeToLive>();
  const recoverable = new Map<string, Date>();
  const describeBackups = (name: string) => {
    const since = recoverable.get(name);
    const window = since && { EarliestRestorableDateTime: since, LatestRestorableDateTime: new Date(clock.now()) };
    const PointInTimeRecoveryDescription = { PointInTimeRecoveryStatus: since ? 'ENABLED' : 'DISABLED', ...window };
    return { ContinuousBackupsDescription: { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription } };
  };
  return {
    /** Forgets a deleted table. */
    forget(name: string): void {
      timesToLive.delete(name);
      recoverable.delete(name);
    },
    operations: {
      /** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html */
      async UpdateTimeToLive({ TableName, TimeToLiveSpecification }: UpdateTimeToLiveInput) {
        await requireTable(TableName);
        const enabled = timesToLive.has(TableName);
        if (enabled === TimeToLiveSpecification.Enabled) {
          throw new AwsError('ValidationException', `TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
        }
        if (TimeToLiveSpecification.Enabled) timesToLive.set(TableName, TimeToLiveSpecification);
        else timesToLive.delete(TableName);
        return { TimeToLiveSpecification };
      },
      /** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTimeToLive.html */
      async DescribeTimeToLive({ TableName }: TableInput) {
        await requireTable(TableName);
        const setting = timesToLive.get(TableName);
        if (setting === undefined) return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } };
        return { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: setting.AttributeName } };
      },
      /** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateContinuousBackups.html */
      async UpdateContinuousBackups({ TableName, PointInTimeRecoverySpecification }: UpdateContinuousBackupsInput) {
        await requireTable(TableName);
        if (!PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled) recoverable.delete(TableName);
        else if (!recoverable.has(TableName)) recoverable.set(TableName, new Date(clock.now()));
        return describeBackups(TableName);
      },
      /** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html */
      async DescribeContinuousBackups({ TableName }: TableInput) {
        await requireTable(TableName);
        return describeBackups(TableName);
      },
    },
  };
}
