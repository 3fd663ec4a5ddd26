/**
 * How many there may be: the published quotas of the service. Those that an account can have raised are only held
 * where the installation is strict; the rest are part of what a pool is.
 */
export const limits = {
  /** Held when strict. */
  poolsPerAccount: 1000,
  /** Held when strict. */
  customDomainsPerAccount: 4,
  /** Held when strict. */
  clientsPerPool: 1000,
  /** Held when strict. */
  resourceServersPerPool: 25,
  /** Held when strict. */
  groupsPerPool: 10_000,
  /** Held when strict. */
  groupsPerUser: 100,
  /** Held when strict. */
  stylesPerPool: 20,
  /** Held when strict. */
  termsPerPool: 40,
  /** Held when strict. */
  identityProvidersPerPool: 300,
  linksPerUser: 5,
  linkAttributesPerProvider: 5,
  customAttributesPerPool: 50,
  passkeysPerUser: 20,
  tagsPerPool: 50,
  scopesPerResourceServer: 100,
  secretsPerClient: 2,
  /** The model sets none for a name of an authentication context class. */
  acrNameLength: 256,
} as const
