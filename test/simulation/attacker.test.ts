import { attackSchedules } from '../support/simulation/attacker/attack-schedules.ts';
import { runAttack } from '../support/simulation/attacker/run-attack.ts';
import { itHoldsForAll } from './holds-for-all.ts';

itHoldsForAll('in which an attacker wants their own address in Connect', 300, attackSchedules, runAttack);
