/**
 * How many there may be: the published quotas of the service. Those that an account can have raised are only held
 * where the installation is strict; the rest are part of what a pool is. Each can be another by configuration.
 */
const counts = {
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
  /** Calls a second of one user that read, held when strict. */
  userReadsPerSecond: 10,
  /** Calls a second of one user that write, held when strict. */
  userWritesPerSecond: 10,
  /** Calls a second of one operation on the resources and clients of one pool, held when strict. */
  poolCallsPerSecond: 5,
  /** Mails a day of a pool that sends by the default sender, held when strict. */
  mailsPerDay: 50,
  importJobsPerPool: 1000,
  rowsPerImport: 500_000,
  linksPerUser: 5,
  linkAttributesPerProvider: 5,
  customAttributesPerPool: 50,
  passkeysPerUser: 20,
  tagsPerPool: 50,
  scopesPerResourceServer: 100,
  secretsPerClient: 2,
}

/**
 * Requests a second, by category of operations, that an account has at no cost. They are held where the installation is
 * strict, and where a rate was set: by configuration, or by UpdateProvisionedLimit.
 */
const requestRates = {
  UserAuthentication: 120,
  UserCreation: 50,
  UserFederation: 25,
  UserAccountRecovery: 30,
  UserRead: 120,
  UserUpdate: 25,
  UserToken: 120,
  UserResourceRead: 50,
  UserResourceUpdate: 25,
  UserList: 30,
  UserPoolRead: 15,
  UserPoolUpdate: 15,
  UserPoolResourceRead: 20,
  UserPoolResourceUpdate: 15,
  UserPoolClientRead: 15,
  UserPoolClientUpdate: 15,
  ClientAuthentication: 150,
  LimitManagement: 1,
}

/** Categories whose rate can be asked for and raised by an operation; the others are as they are. */
const adjustable: readonly string[] = [
  'UserAuthentication',
  'UserCreation',
  'UserFederation',
  'UserRead',
  'UserToken',
  'UserResourceRead',
]

/**
 * Uses an hour of what sends codes or takes guesses, for one user or one address. Where a range is published (by the
 * risk of the request) the upper end stands here.
 */
const hourlyQuotas = {
  ResendConfirmationCode: 5,
  ConfirmSignUp: 15,
  ForgotPassword: 20,
  ConfirmForgotPassword: 20,
  ChangePassword: 5,
  GetUserAttributeVerificationCode: 5,
  VerifyUserAttribute: 15,
  /** Codes of a sign-in, to one address from one client address. */
  SignInCode: 20,
  /** Not published: clients that anybody may register, from one address. */
  RegisterClient: 60,
  /** Not published: documents about clients that one address has fetched. */
  FetchClientDocument: 60,
}

export type QuotaAction = keyof typeof hourlyQuotas

export type RateCategory = keyof typeof requestRates

export const isRateCategory = (name: string): name is RateCategory => Object.hasOwn(requestRates, name)

export const isAdjustable = (name: string): name is RateCategory => adjustable.includes(name)

/** Every limit, by its name: as published, or as the operator has set it. */
export type Limits = Readonly<Record<keyof typeof counts | RateCategory | QuotaAction, number>>

const published: Limits = { ...counts, ...requestRates, ...hourlyQuotas }

export const isLimit = (name: string): name is keyof Limits => Object.hasOwn(published, name)

/** The published limits, and what the operator has set in the place of some. */
export const limitsWith = (overrides: Partial<Limits> = {}): Limits => ({ ...published, ...overrides })
