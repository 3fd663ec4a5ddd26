import type { Quota } from './quota.ts'

const hour = 3600

/**
 * The published limits for one user, by the operation they belong to. Where a range is published (by the risk of the
 * request) the upper end stands here.
 * `useQuota(ctx, { poolId, action: 'ConfirmSignUp', subject: user.id, ...limits.ConfirmSignUp })`
 */
export const limits = {
  ResendConfirmationCode: { limit: 5, window: hour },
  ConfirmSignUp: { limit: 15, window: hour },
  ForgotPassword: { limit: 20, window: hour },
  ConfirmForgotPassword: { limit: 20, window: hour },
  ChangePassword: { limit: 5, window: hour },
  GetUserAttributeVerificationCode: { limit: 5, window: hour },
  VerifyUserAttribute: { limit: 15, window: hour },
  /** Not published: clients that anybody may register, from one address. */
  RegisterClient: { limit: 60, window: hour },
  /** Codes by e-mail for a sign-in, to one address from one client address. */
  EmailOtp: { limit: 20, window: hour },
} satisfies Record<string, Quota>
