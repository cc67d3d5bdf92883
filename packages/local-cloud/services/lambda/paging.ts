import { invalidValue } from './supported-input.ts';

/**
 * Returns one page of a list. A marker is the position of the next item.
 *
 * @throws {AwsError} InvalidParameterValueException for a marker that no page had.
 */
export function takePage<Item>(
  items: readonly Item[],
  { Marker, MaxItems }: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
  largest: number,
): { readonly page: readonly Item[]; readonly next: { readonly NextMarker?: string } } {
  if (Marker !== undefined && !/^[1-9]\d*$/.test(Marker)) throw invalidValue('Marker is not one of this list.');
  const start = Number(Marker ?? 0);
  const end = start + Math.min(MaxItems ?? largest, largest);
  return { page: items.slice(start, end), next: end < items.length ? { NextMarker: String(end) } : {} };
}
