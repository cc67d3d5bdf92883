const counts = new Intl.NumberFormat('en-US');

/** A number of things for people, for example `10,000`. Pure. */
export const renderCount = (count: number): string => counts.format(count);
