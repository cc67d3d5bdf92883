import { everydaySchedules } from '../support/simulation/schedules.ts';
import { itHoldsForAll } from './holds-for-all.ts';

itHoldsForAll('in which nothing fails but time, order and other people', everydaySchedules);
