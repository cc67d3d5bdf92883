import { describe, expect, it } from 'vitest';
import { createWeather } from '../../weather/index.ts';
import { KINDS, type WeatherKind } from '../../weather/kinds.ts';
import { refusalOf } from '../../weather/refusals.ts';

const ask = (level: 'off' | 'mild' | 'rough', seed: number, kind: WeatherKind, times: number) => {
  const weather = createWeather({ level, seed });
  return Array.from({ length: times }, () => weather.strike(kind, 'someone'));
};
const strikes = (answers: readonly unknown[]) => answers.filter((answer) => answer !== undefined).length;

describe('weather', () => {
  it('is off at first, and never strikes then', () => {
    const weather = createWeather();

    expect(weather.forecast()).toEqual({ level: 'off', seed: 1 });
    expect(Array.from({ length: 100 }, () => weather.strike('throttle', 'someone'))).toEqual(
      Array.from({ length: 100 }, () => undefined),
    );
  });

  it('strikes the same way for the same seed, and another way for another', () => {
    expect(ask('rough', 7, 'short-page', 50)).toEqual(ask('rough', 7, 'short-page', 50));
    expect(ask('rough', 7, 'short-page', 50)).not.toEqual(ask('rough', 8, 'short-page', 50));
  });

  it('gives the same answers about one subject, whatever was asked about others meanwhile', () => {
    const alone = createWeather({ level: 'rough', seed: 3 });
    const beside = createWeather({ level: 'rough', seed: 3 });

    const answers = Array.from({ length: 20 }, () => alone.strike('slow-spread', 'mary'));
    const interleaved = Array.from({ length: 20 }, () => {
      beside.strike('slow-spread', 'john');
      beside.strike('throttle', 'mary');
      return beside.strike('slow-spread', 'mary');
    });

    expect(interleaved).toEqual(answers);
  });

  it.each(Object.keys(KINDS) as WeatherKind[])('strikes as often and as hard as the table says: %s', (kind) => {
    for (const level of ['mild', 'rough'] as const) {
      const { share, most } = KINDS[kind][level];
      const answers = ask(level, 1, kind, 4_000);

      expect(Math.abs(strikes(answers) / 4_000 - share)).toBeLessThan(0.03);
      for (const answer of answers) if (answer !== undefined) expect(answer >= 0 && answer < most).toBe(true);
    }
  });

  it('is changed to what it is told, counting anew, and refuses what it does not know', () => {
    const weather = createWeather();
    const first = () => {
      weather.change({ level: 'rough', seed: 5 });
      return Array.from({ length: 10 }, () => weather.strike('throttle', 'someone'));
    };

    expect(first()).toEqual(first());
    expect(weather.change({ level: 'mild' })).toEqual({ level: 'mild', seed: 1 });
    expect(() => weather.change({ level: 'stormy', seed: -1, wind: 9 })).toThrow(
      /level.*seed.*wind|wind.*level.*seed/s,
    );
    expect(weather.forecast()).toEqual({ level: 'mild', seed: 1 });
  });
});

describe('a refusal by the weather', () => {
  const refusals = (service: string) => {
    const weather = createWeather({ level: 'rough', seed: 1 });
    const answers = Array.from({ length: 3_000 }, () => refusalOf(weather, service, 'Anything')).flatMap(
      (refusal) => refusal ?? [],
    );
    const kinds = answers.map(
      ({ status, code, body }) => `${status} ${code ?? (body === undefined ? 'unnamed' : 'html')}`,
    );
    return { answers, kinds: [...new Set(kinds)].toSorted() };
  };

  it('has every name that SDKs know for throttling, none, and HTML, in Connect as 429', () => {
    expect(refusals('connect').kinds).toEqual([
      '400 ThrottlingException',
      '400 html',
      '429 BandwidthLimitExceeded',
      '429 EC2ThrottledException',
      '429 PriorRequestNotComplete',
      '429 ProvisionedThroughputExceededException',
      '429 RequestLimitExceeded',
      '429 RequestThrottled',
      '429 RequestThrottledException',
      '429 SlowDown',
      '429 ThrottledException',
      '429 Throttling',
      '429 ThrottlingException',
      '429 TooManyRequestsException',
      '429 html',
      '429 unnamed',
      '500 InternalServiceException',
      '502 html',
      '503 ServiceUnavailable',
      '503 html',
      '504 html',
    ]);
  });

  it('comes after the call was carried out at times, but never a throttle', () => {
    const { answers } = refusals('cognito-idp');
    const applied = answers.filter(({ afterApply }) => afterApply === true).map(({ status }) => status);

    expect(new Set(applied)).toEqual(new Set([500, 502, 503, 504]));
    expect(answers.some(({ status, afterApply }) => status === 503 && afterApply !== true)).toBe(true);
  });

  it('spares services that have no such weather', () => {
    expect(refusals('sqs').answers).toEqual([]);
    expect(refusals('toString').answers).toEqual([]);
  });
});
