import { invalidValue } from './supported-input.ts';

/**
 * Cuts one page out of a list; a marker is the position of the next item.
 *
 * @throws {AwsError} InvalidParameterValueException for a marker that no page has had.
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
