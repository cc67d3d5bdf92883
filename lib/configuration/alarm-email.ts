import * as z from 'zod';

/** Address that is told of alarms, as SNS takes it: one address, and no name beside it. */
export const alarmEmailSchema = z
  .string()
  .max(320)
  .regex(/^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/, 'expected an e-mail address such as "on-call@example.com"');
