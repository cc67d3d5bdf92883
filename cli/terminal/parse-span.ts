import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { min: 60_000, h: 3_600_000, d: 86_400_000 };

/** Parses a time span such as `30min`, `12h` or `1d`, to milliseconds. */
export function parseSpan(value: string): number {
  const [, count = '', unit = ''] = /^(\d{1,4})(min|h|d)$/.exec(value) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined && Number(count) > 0) return Number(count) * unitMs;
  throw new InvalidArgumentError('Expected a time span such as 30min, 12h or 1d.');
}
