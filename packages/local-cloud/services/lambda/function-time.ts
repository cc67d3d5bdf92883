import { sleep } from '../../clock.ts';
import type { Cloud } from '../../service.ts';

/** How far the clock of the cloud is ahead of the machine's. A small difference is the time between two reads and counts as zero. */
export const aheadOf = ({ clock }: Cloud): number => {
  const aheadMs = clock.now() - Date.now();
  return Math.abs(aheadMs) < 100 ? 0 : aheadMs;
};

/** A wait of a function, on the clock of the cloud. Resolves to {@link aheadOf} at its end. */
export async function sleepInFunction(cloud: Cloud, milliseconds: number): Promise<number> {
  await sleep(cloud.clock, milliseconds);
  return aheadOf(cloud);
}
