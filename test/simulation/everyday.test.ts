import { runSchedule } from '../support/simulation/run-schedule.ts';
import { everydaySchedules } from '../support/simulation/schedules.ts';
import { itHoldsForAll } from './holds-for-all.ts';

itHoldsForAll('in which nothing fails but time, order and other people', 350, everydaySchedules, runSchedule);
