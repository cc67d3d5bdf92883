import { runSchedule } from '../support/simulation/run-schedule.ts';
import { faultySchedules } from '../support/simulation/schedules.ts';
import { itHoldsForAll } from './holds-for-all.ts';

itHoldsForAll('in which services fail and workers die', 350, faultySchedules, runSchedule);
