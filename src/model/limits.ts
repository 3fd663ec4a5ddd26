/**
 * The published quotas of the service. Quotas that an account can have raised are enforced only in strict mode; the
 * others are part of what a pool is. Each one can be overridden by configuration.
 */
const counts = {
  /** Enforced in strict mode. */
  poolsPerAccount: 1000,
  /** Enforced in strict mode. */
  customDomainsPerAccount: 4,
  /** Enforced in strict mode. */
  clientsPerPool: 1000,
  /** Enforced in strict mode. */
  resourceServersPerPool: 25,
  /** Enforced in strict mode. */
  groupsPerPool: 10_000,
  /** Enforced in strict mode. */
  groupsPerUser: 100,
  /** Enforced in strict mode. */
  stylesPerPool: 20,
  /** Enforced in strict mode. */
  termsPerPool: 40,
  /** Enforced in strict mode. */
  identityProvidersPerPool: 300,
  /** Read calls per second and user; enforced in strict mode. */
  userReadsPerSecond: 10,
  /** Write calls per second and user; enforced in strict mode. */
  userWritesPerSecond: 10,
  /** Calls per second of one operation on the resources and clients of one pool; enforced in strict mode. */
  poolCallsPerSecond: 5,
  /** Mails per day of a pool that uses the default sender; enforced in strict mode. */
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
 * Requests per second, by category of operations, that an account has at no cost. Enforced in strict mode, and wherever
 * a rate was set: by configuration, or by UpdateProvisionedLimit.
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

/** Categories whose rate UpdateProvisionedLimit can raise; the others are fixed. */
const adjustable: readonly string[] = [
  'UserAuthentication',
  'UserCreation',
  'UserFederation',
  'UserRead',
  'UserToken',
  'UserResourceRead',
]

/**
 * Attempts per hour, for one user or one address, at what sends codes or accepts guesses. Where a range is published
 * (by the risk of the request), this is its upper end.
 */
const hourlyQuotas = {
  ResendConfirmationCode: 5,
  ConfirmSignUp: 15,
  ForgotPassword: 20,
  ConfirmForgotPassword: 20,
  ChangePassword: 5,
  GetUserAttributeVerificationCode: 5,
  VerifyUserAttribute: 15,
  /** Codes of a sign-in that are sent to one address at the request of one client address. */
  SignInCode: 20,
  /** Not published: dynamically registered clients from one address. */
  RegisterClient: 60,
  /** Not published: client metadata documents that one address has caused to be fetched. */
  FetchClientDocument: 60,
  /** Not published: requests of one app to approve something, for one user. */
  BackchannelAuthentication: 20,
  /** Not published: test messages of one pool, to any address. */
  SendTestMessage: 20,
  /** Not published: functions that administrators of a pool try out. */
  TestTrigger: 120,
}

export type QuotaAction = keyof typeof hourlyQuotas

export type RateCategory = keyof typeof requestRates

export const isRateCategory = (name: string): name is RateCategory => Object.hasOwn(requestRates, name)

export const isAdjustable = (name: string): name is RateCategory => adjustable.includes(name)

/** Every limit, by its name: the published value, or the operator's. */
export type Limits = Readonly<Record<keyof typeof counts | RateCategory | QuotaAction, number>>

const published: Limits = { ...counts, ...requestRates, ...hourlyQuotas }

export const isLimit = (name: string): name is keyof Limits => Object.hasOwn(published, name)

/** The published limits with the operator's overrides. */
export const limitsWith = (overrides: Partial<Limits> = {}): Limits => ({ ...published, ...overrides })
