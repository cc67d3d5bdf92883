import { z } from 'zod';
import { KINDS, LEVELS, type WeatherKind } from './kinds.ts';

const forecastSchema = z.strictObject({ level: z.enum(LEVELS), seed: z.int().nonnegative().default(1) });

/** The level of the weather, and the seed that decides when it strikes. */
export type Forecast = z.infer<typeof forecastSchema>;

/** What services ask before they behave well. */
export interface Weather {
  forecast(): Forecast;
  /** Replaces the forecast; every count starts again. @throws {ZodError} naming each member that is wrong. */
  change(forecast: unknown): Forecast;
  /**
   * Decides whether weather of `kind` strikes `subject` this time, and how hard: from 0 to below the `most` of the kind
   * at this level. Undefined where it does not strike. Each question about the same subject is a new one.
   *
   * @param subject - what the question is about, for example an id; questions about others do not change its answers.
   */
  strike(kind: WeatherKind, subject: string): number | undefined;
}

/** Weather that never strikes and that no one can change. */
export const CALM: Weather = {
  forecast: () => ({ level: 'off', seed: 1 }),
  change: () => CALM.forecast(),
  strike: () => undefined,
};

/** Creates weather, off unless `initial` says otherwise. */
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

/** The answer to the `nth` question about `subject`; pure. See {@link Weather.strike}. */
function decide({ level, seed }: Forecast, kind: WeatherKind, subject: string, nth: number): number | undefined {
  if (level === 'off') return undefined;
  const { share, most } = KINDS[kind][level];
  const drawn = hash(`${seed} ${kind} ${subject} ${nth}`) / 2 ** 32;
  return drawn < share ? (drawn / share) * most : undefined;
}

/** FNV-1a with the finalizer of MurmurHash3: 32 bits that differ in half of their places for texts that differ in one. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (const byte of Buffer.from(text)) bits = Math.imul(bits ^ byte, 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
