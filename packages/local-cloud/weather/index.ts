import { z } from 'zod';
import { KINDS, LEVELS, type WeatherKind } from './kinds.ts';

const forecastSchema = z.strictObject({ level: z.enum(LEVELS), seed: z.int().nonnegative().default(1) });

/** The level of the weather, and the seed that decides when an effect occurs. */
export type Forecast = z.infer<typeof forecastSchema>;

/** Decides where services behave in rare ways. */
export interface Weather {
  forecast(): Forecast;
  /** Replaces level and seed, and resets every count. @throws {ZodError} that names each wrong member. */
  change(forecast: unknown): Forecast;
  /**
   * Decides whether `kind` affects `subject` this time, and how much: from 0 to below the `most` of the kind at this level.
   * Undefined when it does not. Each call for the same subject is a new decision.
   *
   * @param subject - for example an id. Calls for other subjects do not change its decisions.
   */
  strike(kind: WeatherKind, subject: string): number | undefined;
}

/** Weather that has no effect and cannot be changed. */
export const CALM: Weather = {
  forecast: () => ({ level: 'off', seed: 1 }),
  change: () => CALM.forecast(),
  strike: () => undefined,
};

/** Creates weather. @param initial - default: off */
export function createWeather(initial: Forecast = CALM.forecast()): Weather {
  let forecast = initial;
  let asked = new Map<string, number>();
  return {
    forecast: () => forecast,
    change(next) {
      forecast = forecastSchema.parse(next);
      asked = new Map();
      return forecast;
    },
    strike(kind, subject) {
      if (forecast.level === 'off') return undefined;
      const key = `${kind} ${subject}`;
      const nth = (asked.get(key) ?? 0) + 1;
      asked.set(key, nth);
      return decide(forecast, kind, subject, nth);
    },
  };
}

/** The `nth` decision for `subject`. Pure. See {@link Weather.strike}. */
function decide({ level, seed }: Forecast, kind: WeatherKind, subject: string, nth: number): number | undefined {
  if (level === 'off') return undefined;
  const { share, most } = KINDS[kind][level];
  const drawn = hash(`${seed} ${kind} ${subject} ${nth}`) / 2 ** 32;
  return drawn < share ? (drawn / share) * most : undefined;
}

/** FNV-1a with the finalizer of MurmurHash3, 32 bits. For similar texts, about half of the bits differ. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (const byte of Buffer.from(text)) bits = Math.imul(bits ^ byte, 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
