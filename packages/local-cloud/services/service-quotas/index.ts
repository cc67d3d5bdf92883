import type { GetServiceQuotaRequest, GetServiceQuotaResponse } from '@aws-sdk/client-service-quotas';
import { AwsError, type Cloud } from '../../service.ts';

/** What is assumed because AWS does not document it, and documented facts that surprise. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'Applied quotas',
    assumed:
      'Of Amazon Connect there is one for each operation whose quota was changed; all others are NoSuchResourceException, and the default holds.',
    switch: 'quotas of PUT /_local/connect/settings',
  },
];

/** What is missing from operations that are served in part. */
export const PARTIAL: Readonly<Record<string, string>> = {
  GetServiceQuota: 'rates of the Amazon Connect operations that the product calls',
};

/** @see https://docs.aws.amazon.com/general/latest/gr/connect_region.html */
const CONNECT_QUOTAS: Readonly<Record<string, string>> = {
  'L-66B5F86E': 'UpdateUserIdentityInfo',
  'L-EE6F0D82': 'DescribeUser',
  'L-CCC38177': 'ListUsers',
  'L-E2C35CCE': 'SearchUsers',
  'L-D14CF86E': 'DescribeInstance',
};

/** The rate of a Connect operation, requests a second, if it was changed. */
export type ChangedRate = (operation: string) => number | undefined;

/**
 * Creates Service Quotas with the quotas of Amazon Connect.
 *
 * @see https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html
 */
export const createServiceQuotas = (
  { accountId, region }: Pick<Cloud, 'accountId' | 'region'>,
  rateOf: ChangedRate,
) => ({
  operations: {
    GetServiceQuota({ ServiceCode, QuotaCode = '' }: GetServiceQuotaRequest): GetServiceQuotaResponse {
      const operation = ServiceCode === 'connect' ? CONNECT_QUOTAS[QuotaCode] : undefined;
      const Value = operation === undefined ? undefined : rateOf(operation);
      if (Value === undefined)
        throw new AwsError(
          'NoSuchResourceException',
          'The request failed because the specified service quota does not exist.',
        );
      return {
        Quota: {
          ServiceCode,
          ServiceName: 'Amazon Connect',
          QuotaArn: `arn:aws:servicequotas:${region}:${accountId}:connect/${QuotaCode}`,
          QuotaCode,
          QuotaName: `Rate of ${operation} API requests`,
          Value,
          Unit: 'None',
          Adjustable: true,
          GlobalQuota: false,
        },
      };
    },
  },
});
