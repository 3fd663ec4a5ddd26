import type { TestedTrigger } from './poolhouse-operations.ts'

const messageKinds = [
  'SignUp',
  'ResendCode',
  'ForgotPassword',
  'UpdateUserAttribute',
  'VerifyUserAttribute',
  'AdminCreateUser',
  'Authentication',
]

export const clientCredentialsSource = 'TokenGeneration_ClientCredentials'

/** What a function can be called for, by its trigger: the values of an event's `triggerSource`. The sample has the first. */
export const triggerSources: Record<TestedTrigger, readonly string[]> = {
  PreSignUp: ['PreSignUp_SignUp', 'PreSignUp_AdminCreateUser', 'PreSignUp_ExternalProvider'],
  PostConfirmation: ['PostConfirmation_ConfirmSignUp', 'PostConfirmation_ConfirmForgotPassword'],
  PreAuthentication: ['PreAuthentication_Authentication'],
  PostAuthentication: ['PostAuthentication_Authentication'],
  DefineAuthChallenge: ['DefineAuthChallenge_Authentication'],
  CreateAuthChallenge: ['CreateAuthChallenge_Authentication'],
  VerifyAuthChallengeResponse: ['VerifyAuthChallengeResponse_Authentication'],
  UserMigration: ['UserMigration_Authentication', 'UserMigration_ForgotPassword'],
  PreTokenGeneration: [
    'TokenGeneration_Authentication',
    'TokenGeneration_HostedAuth',
    'TokenGeneration_NewPasswordChallenge',
    'TokenGeneration_AuthenticateDevice',
    'TokenGeneration_RefreshTokens',
    clientCredentialsSource,
  ],
  CustomMessage: messageKinds.map((kind) => `CustomMessage_${kind}`),
  InboundFederation: ['InboundFederation_ExternalProvider'],
  CustomEmailSender: messageKinds.map((kind) => `CustomEmailSender_${kind}`),
  CustomSMSSender: messageKinds.map((kind) => `CustomSMSSender_${kind}`),
}
