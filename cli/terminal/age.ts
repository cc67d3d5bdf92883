const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** A time span in its largest whole unit, for example `3 h`. Pure. */
export function renderAge(milliseconds: number): string {
  const unit = UNITS.find(([, length]) => milliseconds >= length);
  return unit === undefined ? '0 s' : `${Math.floor(milliseconds / unit[1])} ${unit[0]}`;
}
