import { Logger as PowertoolsLogger } from '@aws-lambda-powertools/logger';
import type { Logger } from '../ports.ts';

/** JSON lines for CloudWatch Logs, with the service name and level that the environment sets. */
export function createLogger(): Logger {
  const logger = new PowertoolsLogger();
  return {
    info: (message, fields = {}) => logger.info(message, { ...fields }),
    warn: (message, fields = {}) => logger.warn(message, { ...fields }),
    error: (message, fields = {}) => logger.error(message, { ...fields }),
  };
}
