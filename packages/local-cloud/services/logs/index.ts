import type { HostedService } from '../../gateway/hosted-service.ts';

/** Creates CloudWatch Logs, without operations. `GET /_local/logs/{function}` shows the log of a function. */
export const createLogs = (): HostedService => ({ operations: {} });
