import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, type ITable, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { TABLE_KEYS } from '../../lambda/config.ts';
import type { Allowance } from './sync-function.ts';

/** Props of {@link StateTable}. */
export interface StateTableProps {
  /** @default RemovalPolicy.RETAIN - links that people made by hand would be lost */
  readonly removalPolicy?: RemovalPolicy | undefined;
  /** Refuse to delete the table until this is switched off. @default false */
  readonly deletionProtection?: boolean | undefined;
}

/**
 * What the product remembers: links, outcomes, budgets, rate limit. On demand, because changes come irregularly;
 * recoverable to any second of the last 35 days. It holds ids, field names and codes, no personal data.
 */
export class StateTable extends TableV2 {
  constructor(scope: Construct, id: string, { removalPolicy, deletionProtection }: StateTableProps = {}) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryptionV2.awsManagedKey(),
      removalPolicy: removalPolicy ?? RemovalPolicy.RETAIN,
      deletionProtection: deletionProtection ?? false,
    });
  }
}

/** An existing table, or one that the stack creates. */
export type TableReference = Pick<ITable, 'tableArn' | 'tableName'>;

/**
 * What allows a function to use actions on single items of a table, and only on items whose keys begin with these texts.
 * Pure.
 *
 * The second condition is needed, because `ForAllValues` is true for a request without a key.
 *
 * @param actions - such as `dynamodb:GetItem`; not `dynamodb:Scan`, which has no keys.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function allowItems(
  table: TableReference,
  actions: readonly string[],
  keys: readonly (keyof typeof TABLE_KEYS)[],
): Allowance {
  const patterns = keys.map((key) => (TABLE_KEYS[key].endsWith('#') ? `${TABLE_KEYS[key]}*` : TABLE_KEYS[key]));
  return {
    actions,
    resources: [table.tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': patterns },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  };
}
