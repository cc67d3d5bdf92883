import { describe, expect, it } from 'vitest';
import { rememberSignUp } from '../../cli/deployment/remember-sign-up.ts';
import { showTriggers } from '../../cli/triggers/show.ts';
import { identifyUser } from '../../cli/users/identify-user.ts';
import { nameToAdopt, whyHeld } from '../../lambda/core/adoption.ts';
import { PermanentError } from '../../lambda/core/errors.ts';
import { NO_HISTORY, rememberExposure } from '../../lambda/core/exposure.ts';
import { reconcileUser } from '../../lambda/sync-worker/reconcile-user.ts';
