import type { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What all functions have in common, as far as a user may decide it. */
export interface LoggingProps {
  /** How long the logs of the functions are kept. @default RetentionDays.ONE_MONTH */
  readonly logRetention?: RetentionDays | undefined;
  /**
   * How much the functions log. There is no level `ERROR`: alarms and metrics read lines of level `WARN`. @default 'INFO'
   */
  readonly logLevel?: 'DEBUG' | 'INFO' | 'WARN' | undefined;
}
