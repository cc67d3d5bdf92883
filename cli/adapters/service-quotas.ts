import { GetServiceQuotaCommand, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { callAws } from '../../lambda/adapters/aws-errors.ts';
import type { QuotaReader } from '../doctor/ports.ts';

/** Reads applied quotas. */
export const createQuotaReader = (client: ServiceQuotasClient): QuotaReader => ({
  async connect(QuotaCode) {
    const answer = await callAws(
      'servicequotas:GetServiceQuota',
      () => client.send(new GetServiceQuotaCommand({ ServiceCode: 'connect', QuotaCode })),
      { NoSuchResourceException: undefined },
    );
    return answer?.Quota?.Value;
  },
});
