import type { HostedService } from '../../gateway/hosted-service.ts';

/** Creates CloudWatch Logs: no operations yet; `GET /_local/logs/{function}` shows what a function wrote. */
export const createLogs = (): HostedService => ({ operations: {} });
