import type { Check } from './check.ts';
import { ACCOUNT_CHECKS } from './checks/account.ts';
import { ALARM_CHECKS } from './checks/alarms.ts';
import { FLOW_CHECKS } from './checks/flow.ts';
import { FUNCTION_CHECKS } from './checks/functions.ts';
import { INSTANCE_CHECKS } from './checks/instance.ts';
import { POOL_CHECKS } from './checks/pool.ts';
import { QUOTA_CHECKS } from './checks/quotas.ts';
import { STACK_CHECKS } from './checks/stack.ts';
import { TRAIL_CHECKS } from './checks/trail.ts';
import { TRIGGER_CHECKS } from './checks/triggers.ts';

/** Every check of `doctor`, in the order in which people read them. */
export const CHECKS: readonly Check[] = [
  ...ACCOUNT_CHECKS,
  ...POOL_CHECKS,
  ...INSTANCE_CHECKS,
  ...TRAIL_CHECKS,
  ...QUOTA_CHECKS,
  ...TRIGGER_CHECKS,
  ...STACK_CHECKS,
  ...FUNCTION_CHECKS,
  ...FLOW_CHECKS,
  ...ALARM_CHECKS,
];
