import { AwsError } from '../../../packages/local-cloud/service.ts';
import type { Weather } from '../../../packages/local-cloud/weather/index.ts';
import { refusalOf } from '../../../packages/local-cloud/weather/refusals.ts';

/**
 * Carries a call out unless the weather refuses it, as the gateway of the local cloud does.
 *
 * @throws {AwsError} with the name that an SDK gives an HTML page where the answer is one.
 */
export async function underWeather(
  weather: Weather,
  service: string,
  operation: string,
  carryOut: () => Promise<unknown>,
): Promise<unknown> {
  const refusal = refusalOf(weather, service, operation);
  if (refusal === undefined) return carryOut();
  if (refusal.afterApply === true) await carryOut();
  const name = refusal.body === undefined ? refusal.code : 'SyntaxError';
  throw new AwsError(name ?? '', 'the weather', refusal.status);
}
