export { IdentitySync, type IdentitySyncProps } from './identity-sync.ts';
