import { ADDRESS_GUARDS } from './addresses.ts';
import { BORDER_GUARDS } from './borders.ts';
import type { Guard } from './guard.ts';
import { LINK_GUARDS } from './links.ts';

/** Every guard that the attacks are about. Each removed alone must fail at least one of its attacks. */
export const GUARDS: readonly Guard[] = [...LINK_GUARDS, ...ADDRESS_GUARDS, ...BORDER_GUARDS];
