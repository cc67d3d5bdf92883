/** What the stack has to know about the functions: the only module of `lambda` that `lib` imports. */
export { changeIntakeEnv } from './change-intake/environment.ts';
export { POOL_TRIGGERS, type TriggerSlot } from './core/events/trigger-names.ts';
export { ConfigError, type Problem } from './core/failures/errors.ts';
export { LOG_MESSAGES, type LoggedStatus, type SweepFlag, type SweepNumber } from './core/log-lines.ts';
export { type Policy, policySchema, readsAppClients } from './core/policy.ts';
export { TABLE_KEYS } from './core/rows/table-keys.ts';
export { COGNITO_LISTS_PER_SECOND, CONNECT_REQUESTS_PER_SECOND, SWEEP_INTERVAL_MINUTES } from './core/settings.ts';
export type { EnvironmentOf } from './environment.ts';
export { poolTriggerChainEnv, poolTriggerEnv } from './pool-trigger/environment.ts';
export { sweepEnv } from './sweep/environment.ts';
export { syncWorkerEnv } from './sync-worker/environment.ts';
