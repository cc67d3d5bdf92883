import { faultySchedules } from '../support/simulation/schedules.ts';
import { itHoldsForAll } from './holds-for-all.ts';

itHoldsForAll('in which services fail and workers die', faultySchedules);
