import type { Reason } from './reasons.ts'
import { StacklessError } from './stackless-error.ts'

/** One of several faults of an input: the field, the rule it breaks, and the text for people. */
export interface Fault {
  /** The path of a member as constraints spell it, or the name of an attribute. */
  field: string
  reason: Reason
  text: string
}

export interface RefusalFacts {
  reason?: Reason
  /** The member or the attribute at fault; `code` for a code, whichever member it came in. */
  field?: string
  /** All faults, if the input is checked as a whole. */
  faults?: readonly Fault[]
}

/**
 * Every refusal that a caller can see, in one place. Throw the class; override the text only if the wire text differs.
 * Code keys on the type, the reason and the field: the text is only for people. Anything thrown that is not a
 * `ServiceError` is a bug: it is logged with its stack and answered as InternalErrorException.
 */
export class ServiceError extends StacklessError {
  /** The wire name, as it stands in `__type` and `x-amzn-ErrorType`. */
  readonly type: string
  readonly reason: Reason
  readonly field: string | undefined
  readonly faults: readonly Fault[]

  constructor(type: string, message: string, { reason = 'unspecified', field, faults = [] }: RefusalFacts = {}) {
    super(message)
    this.name = type
    this.type = type
    this.reason = reason
    this.field = field ?? faults[0]?.field
    this.faults = faults
  }
}

type ErrorClass = new (message?: string, facts?: RefusalFacts) => ServiceError
/** A type whose refusals share nothing but their name, so each needs its own text. */
type WordedErrorClass = new (message: string, facts?: RefusalFacts) => ServiceError

function define(type: string, reason: Reason, text: string, field?: string): ErrorClass {
  return class extends ServiceError {
    constructor(message = text, facts?: RefusalFacts) {
      super(type, message, { reason, field, ...facts })
    }
  }
}

function defineWorded(type: string, reason: Reason): WordedErrorClass {
  return class extends ServiceError {
    constructor(message: string, facts?: RefusalFacts) {
      super(type, message, { reason, ...facts })
    }
  }
}

/** The same type on the wire, with its own reason. */
function refine(Base: WordedErrorClass, reason: Reason, text: string, field?: string): ErrorClass {
  return class extends Base {
    constructor(message = text, facts?: RefusalFacts) {
      super(message, { reason, field, ...facts })
    }
  }
}

// Protocol and authorisation
export const AccessDenied = define('AccessDeniedException', 'access-denied', 'Access denied.')
export const IncompleteSignature = define(
  'IncompleteSignatureException',
  'incomplete-signature',
  'Request signature is incomplete.',
)
export const InvalidSignature = define(
  'InvalidSignatureException',
  'invalid-signature',
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
)
export const MissingAuthenticationToken = define(
  'MissingAuthenticationTokenException',
  'missing-authentication-token',
  'Missing Authentication Token',
)
export const Serialization = define('SerializationException', 'malformed', 'Expected map or null')
export const UnrecognizedClient = define(
  'UnrecognizedClientException',
  'unrecognized-client',
  'The security token included in the request is invalid.',
)
export const ExpiredToken = define(
  'ExpiredTokenException',
  'token-expired',
  'The security token included in the request is expired',
)
export const RequestEntityTooLarge = define(
  'RequestEntityTooLargeException',
  'request-entity-too-large',
  'The request entity is too large.',
)
export const RequestTimeout = define(
  'RequestTimeoutException',
  'request-timeout',
  'The request did not arrive in time.',
)
export const NotImplemented = define('NotImplementedException', 'not-implemented', 'The operation is not implemented.')
export const InternalError = define('InternalErrorException', 'internal-error', 'Internal server error.')
export const TooManyRequests = define('TooManyRequestsException', 'rate-exceeded', 'Rate exceeded')

// Anything
export const InvalidParameter = defineWorded('InvalidParameterException', 'invalid-parameter')
export const ResourceNotFound = defineWorded('ResourceNotFoundException', 'resource-not-found')
export const NotAuthorized = defineWorded('NotAuthorizedException', 'not-authorized')
export const LimitExceeded = defineWorded('LimitExceededException', 'limit-exceeded')
export const FeatureUnavailableInTier = define(
  'FeatureUnavailableInTierException',
  'feature-unavailable-in-tier',
  'The feature is not available in the pricing tier of the user pool.',
)
export const OperationNotEnabled = define(
  'OperationNotEnabledException',
  'operation-not-enabled',
  'The operation is not enabled.',
)
export const UnsupportedOperation = define(
  'UnsupportedOperationException',
  'unsupported-operation',
  'The operation is not supported.',
)
export const Unauthorized = define('UnauthorizedException', 'unauthorized', 'The request is not authorized.')
export const ServiceQuotaExceeded = define(
  'ServiceQuotaExceededException',
  'service-quota-exceeded',
  'The quota of the account is exceeded.',
)
export const UserPoolAddOnNotEnabled = define(
  'UserPoolAddOnNotEnabledException',
  'threat-protection-off',
  'Threat protection is not enabled for the user pool.',
)
export const PreconditionNotMet = define(
  'PreconditionNotMetException',
  'precondition-not-met',
  'A precondition was not met.',
)

// Pools, clients, domains, groups
export const GroupExists = define('GroupExistsException', 'group-exists', 'A group with the name already exists')
export const GroupNotFound = define('ResourceNotFoundException', 'group-not-found', 'Group not found.')
export const DuplicateProvider = define(
  'DuplicateProviderException',
  'duplicate-provider',
  'The provider already exists.',
)
export const InvalidOAuthFlow = define(
  'InvalidOAuthFlowException',
  'invalid-oauth-flow',
  'The OAuth flow is not allowed.',
)
export const ScopeDoesNotExist = define(
  'ScopeDoesNotExistException',
  'scope-does-not-exist',
  'Invalid scope requested.',
)
export const ManagedLoginBrandingExists = define(
  'ManagedLoginBrandingExistsException',
  'managed-login-branding-exists',
  'A ManagedLoginBranding already exists for the client.',
)
export const TermsExists = define(
  'TermsExistsException',
  'terms-exists',
  'Terms with the name already exists for the client.',
)
export const UserImportInProgress = define(
  'UserImportInProgressException',
  'user-import-in-progress',
  'The user pool cannot be changed while users are imported into it.',
)
export const UserPoolTagging = define(
  'UserPoolTaggingException',
  'user-pool-tagging',
  'The user pool tag cannot be set or updated.',
)

// Users
export const WrongCredentials = refine(NotAuthorized, 'wrong-credentials', 'Incorrect username or password.')
export const UserDisabled = refine(NotAuthorized, 'user-disabled', 'User is disabled.')
export const AttemptsExceeded = refine(
  LimitExceeded,
  'attempts-exceeded',
  'Attempt limit exceeded, please try after some time.',
)
export const PasswordAttemptsExceeded = refine(
  NotAuthorized,
  'password-attempts-exceeded',
  'Password attempts exceeded',
)
export const SignUpClosed = refine(NotAuthorized, 'sign-up-closed', 'SignUp is not permitted for this user pool')
export const UserNotFound = define('UserNotFoundException', 'user-not-found', 'User does not exist.', 'username')
export const UsernameExists = define('UsernameExistsException', 'username-exists', 'User already exists', 'username')
export const AliasExists = define(
  'AliasExistsException',
  'alias-exists',
  'An account with the given email already exists.',
  'email',
)
export const InvalidPassword = define(
  'InvalidPasswordException',
  'password-policy',
  'Password does not conform to policy',
  'password',
)
export const PasswordHistoryPolicyViolation = define(
  'PasswordHistoryPolicyViolationException',
  'password-used-before',
  'Password has previously been used',
  'password',
)
export const UnsupportedUserState = define(
  'UnsupportedUserStateException',
  'unsupported-user-state',
  'The user is in an unsupported state.',
)
export const UserNotConfirmed = define('UserNotConfirmedException', 'user-not-confirmed', 'User is not confirmed.')
export const PasswordResetRequired = define(
  'PasswordResetRequiredException',
  'password-reset-required',
  'Password reset required for the user',
)

// Codes and messages
export const CodeMismatch = define(
  'CodeMismatchException',
  'code-mismatch',
  'Invalid verification code provided, please try again.',
  'code',
)
export const ExpiredCode = define(
  'ExpiredCodeException',
  'code-expired',
  'Invalid code provided, please request a code again.',
  'code',
)
export const CodeDeliveryFailure = define(
  'CodeDeliveryFailureException',
  'code-not-delivered',
  'The message could not be delivered.',
)

// Sign-in and tokens
export const InvalidSession = refine(NotAuthorized, 'session-over', 'Invalid session for the user.')
export const InvalidAccessToken = refine(NotAuthorized, 'token-invalid', 'Invalid Access Token')
export const InvalidRefreshToken = refine(NotAuthorized, 'token-invalid', 'Invalid Refresh Token.')
export const SoftwareTokenMFANotFound = define(
  'SoftwareTokenMFANotFoundException',
  'software-token-not-found',
  'Software Token MFA does not exist for the user.',
)
export const EnableSoftwareTokenMFA = define(
  'EnableSoftwareTokenMFAException',
  'software-token-mismatch',
  'Code mismatch and fail enable Software Token MFA',
  'code',
)
export const DeviceKeyExists = define(
  'DeviceKeyExistsException',
  'device-key-exists',
  'The device is already confirmed.',
)
export const InvalidUserPoolConfiguration = define(
  'InvalidUserPoolConfigurationException',
  'invalid-user-pool-configuration',
  'The user pool is not configured for this.',
)
export const RefreshTokenReuse = define(
  'RefreshTokenReuseException',
  'refresh-token-reuse',
  'Refresh token has been invalidated by rotation',
)
export const UnsupportedTokenType = define(
  'UnsupportedTokenTypeException',
  'unsupported-token-type',
  'Unsupported token type',
)

// Functions of the pool
export const UserLambdaValidation = define(
  'UserLambdaValidationException',
  'trigger-refused',
  'The function refused the request.',
)
export const UnexpectedLambda = define(
  'UnexpectedLambdaException',
  'trigger-failed',
  'The function could not be invoked.',
)
export const InvalidLambdaResponse = define(
  'InvalidLambdaResponseException',
  'trigger-response-invalid',
  'Unrecognizable lambda output',
)

// Passkeys
export const WebAuthnChallengeNotFound = define(
  'WebAuthnChallengeNotFoundException',
  'passkey-challenge-not-found',
  'The passkey registration was not started or has expired.',
)
export const WebAuthnClientMismatch = define(
  'WebAuthnClientMismatchException',
  'passkey-client-mismatch',
  'The passkey registration was started with another app client.',
)
export const WebAuthnConfigurationMissing = define(
  'WebAuthnConfigurationMissingException',
  'passkey-configuration-missing',
  'The user pool has no relying party ID and no domain.',
)
export const WebAuthnCredentialNotSupported = define(
  'WebAuthnCredentialNotSupportedException',
  'passkey-not-supported',
  'The passkey credential is not supported.',
)
export const WebAuthnNotEnabled = define(
  'WebAuthnNotEnabledException',
  'passkeys-off',
  'Passkeys are not enabled for the user pool.',
)
export const WebAuthnOriginNotAllowed = define(
  'WebAuthnOriginNotAllowedException',
  'passkey-origin-not-allowed',
  'The origin of the passkey credential does not fit the relying party ID.',
)
export const WebAuthnRelyingPartyMismatch = define(
  'WebAuthnRelyingPartyMismatchException',
  'passkey-relying-party-mismatch',
  'The passkey credential is of another relying party.',
)
