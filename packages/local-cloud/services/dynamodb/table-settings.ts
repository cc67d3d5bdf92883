import { AwsError } from '../../service.ts';

interface TimeToLive {
  readonly Enabled: boolean;
  readonly AttributeName: string;
}
interface UpdateTimeToLiveInput {
  readonly TableName: string;
  readonly TimeToLiveSpecification: TimeToLive;
}
interface TableInput {
  readonly TableName: string;
}

/**
 * The settings of a table that the data engine does not have. They are kept and shown, without effect on the data.
 *
 * @param requireTable - throws ResourceNotFoundException for a table that does not exist.
 */
export function createTableSettings(requireTable: (name: string) => Promise<void>) {
  const timesToLive = new Map<string, TimeToLive>();
  return {
    /** Removes the settings of a deleted table. */
    forget(name: string): void {
      timesToLive.delete(name);
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
    },
  };
}
