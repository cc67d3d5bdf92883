export type { LoggingProps } from './constructs/logging-props.ts';
export { IdentitySync } from './identity-sync.ts';
export type { ChainedFunctions, IdentitySyncProps } from './identity-sync-props.ts';
export type {
  PolicyAdoption,
  PolicyAdoptionRule,
  PolicyEmail,
  PolicyFieldMapping,
  PolicyMapping,
  PolicyProps,
  PolicyScope,
} from './policy-props.ts';
