/**
 * Every refusal that a caller can see, in one place. Throw the class; override the text only where the wire text differs.
 * Anything thrown that is not a `ServiceError` is a bug: it is logged with its stack and answered as InternalErrorException.
 */
export class ServiceError extends Error {
  /** The wire name, as it stands in `__type` and `x-amzn-ErrorType`. */
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.name = type
    this.type = type
  }
}

type ErrorClass = new (message?: string) => ServiceError

function define(type: string, text: string): ErrorClass {
  return class extends ServiceError {
    constructor(message = text) {
      super(type, message)
    }
  }
}

// Protocol and authorisation
export const AccessDenied = define('AccessDeniedException', 'Access denied.')
export const Forbidden = define('ForbiddenException', 'Request not allowed due to WAF block.')
export const IncompleteSignature = define('IncompleteSignatureException', 'Request signature is incomplete.')
export const InvalidSignature = define(
  'InvalidSignatureException',
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
)
export const MissingAuthenticationToken = define('MissingAuthenticationTokenException', 'Missing Authentication Token')
export const Serialization = define('SerializationException', 'Expected map or null')
export const UnrecognizedClient = define(
  'UnrecognizedClientException',
  'The security token included in the request is invalid.',
)
export const RequestEntityTooLarge = define('RequestEntityTooLargeException', 'The request entity is too large.')
export const RequestTimeout = define('RequestTimeoutException', 'The request did not arrive in time.')
export const NotImplemented = define('NotImplementedException', 'The operation is not implemented.')
export const InternalError = define('InternalErrorException', 'Internal server error.')
export const TooManyRequests = define('TooManyRequestsException', 'Rate exceeded')

// Anything
export const InvalidParameter = define('InvalidParameterException', 'The request has an invalid parameter.')
export const ResourceNotFound = define('ResourceNotFoundException', 'The resource does not exist.')
export const NotAuthorized = define('NotAuthorizedException', 'Incorrect username or password.')
export const LimitExceeded = define('LimitExceededException', 'Attempt limit exceeded, please try after some time.')
export const FeatureUnavailableInTier = define(
  'FeatureUnavailableInTierException',
  'The feature is not available in the pricing tier of the user pool.',
)
export const OperationNotEnabled = define('OperationNotEnabledException', 'The operation is not enabled.')
export const UnsupportedOperation = define('UnsupportedOperationException', 'The operation is not supported.')
export const Unauthorized = define('UnauthorizedException', 'The request is not authorized.')
export const ConcurrentModification = define(
  'ConcurrentModificationException',
  'The resource was changed by another request, please try again.',
)
export const ServiceQuotaExceeded = define('ServiceQuotaExceededException', 'The quota of the account is exceeded.')
export const UserPoolAddOnNotEnabled = define(
  'UserPoolAddOnNotEnabledException',
  'Threat protection is not enabled for the user pool.',
)
export const PreconditionNotMet = define('PreconditionNotMetException', 'A precondition was not met.')

// Pools, clients, domains, groups
export const GroupExists = define('GroupExistsException', 'A group with the name already exists')
export const GroupNotFound = define('ResourceNotFoundException', 'Group not found.')
export const DuplicateProvider = define('DuplicateProviderException', 'The provider already exists.')
export const InvalidOAuthFlow = define('InvalidOAuthFlowException', 'The OAuth flow is not allowed.')
export const ScopeDoesNotExist = define('ScopeDoesNotExistException', 'Invalid scope requested.')
export const ManagedLoginBrandingExists = define(
  'ManagedLoginBrandingExistsException',
  'A ManagedLoginBranding already exists for the client.',
)
export const TermsExists = define('TermsExistsException', 'Terms with the name already exists for the client.')
export const UserImportInProgress = define(
  'UserImportInProgressException',
  'The user pool cannot be changed while users are imported into it.',
)
export const UserPoolTagging = define('UserPoolTaggingException', 'The user pool tag cannot be set or updated.')
export const TierChangeNotAllowed = define('TierChangeNotAllowedException', 'The tier cannot be changed.')
export const InvalidEmailRoleAccessPolicy = define(
  'InvalidEmailRoleAccessPolicyException',
  'The e-mail identity may not be used.',
)

// Users
export const UserNotFound = define('UserNotFoundException', 'User does not exist.')
export const UsernameExists = define('UsernameExistsException', 'User already exists')
export const AliasExists = define('AliasExistsException', 'An account with the given email already exists.')
export const InvalidPassword = define('InvalidPasswordException', 'Password does not conform to policy')
export const PasswordHistoryPolicyViolation = define(
  'PasswordHistoryPolicyViolationException',
  'Password has previously been used',
)
export const UnsupportedUserState = define('UnsupportedUserStateException', 'The user is in an unsupported state.')
export const UserNotConfirmed = define('UserNotConfirmedException', 'User is not confirmed.')
export const PasswordResetRequired = define('PasswordResetRequiredException', 'Password reset required for the user')

// Codes and messages
export const CodeMismatch = define('CodeMismatchException', 'Invalid verification code provided, please try again.')
export const ExpiredCode = define('ExpiredCodeException', 'Invalid code provided, please request a code again.')
export const TooManyFailedAttempts = define(
  'TooManyFailedAttemptsException',
  'Too many failed attempts, please try after some time.',
)
export const CodeDeliveryFailure = define('CodeDeliveryFailureException', 'The message could not be delivered.')

// Sign-in and tokens
export const MFAMethodNotFound = define('MFAMethodNotFoundException', 'No MFA method is available for the user.')
export const SoftwareTokenMFANotFound = define(
  'SoftwareTokenMFANotFoundException',
  'Software Token MFA does not exist for the user.',
)
export const EnableSoftwareTokenMFA = define(
  'EnableSoftwareTokenMFAException',
  'Code mismatch and fail enable Software Token MFA',
)
export const DeviceKeyExists = define('DeviceKeyExistsException', 'The device is already confirmed.')
export const InvalidUserPoolConfiguration = define(
  'InvalidUserPoolConfigurationException',
  'The user pool is not configured for this.',
)
export const RefreshTokenReuse = define('RefreshTokenReuseException', 'Refresh token has been invalidated by rotation')
export const UnsupportedTokenType = define('UnsupportedTokenTypeException', 'Unsupported token type')

// Functions of the pool
export const UserLambdaValidation = define('UserLambdaValidationException', 'The function refused the request.')
export const UnexpectedLambda = define('UnexpectedLambdaException', 'The function could not be invoked.')
export const InvalidLambdaResponse = define('InvalidLambdaResponseException', 'Unrecognizable lambda output')

// Passkeys
export const WebAuthnChallengeNotFound = define(
  'WebAuthnChallengeNotFoundException',
  'The passkey registration was not started or has expired.',
)
export const WebAuthnClientMismatch = define(
  'WebAuthnClientMismatchException',
  'The passkey registration was started with another app client.',
)
export const WebAuthnConfigurationMissing = define(
  'WebAuthnConfigurationMissingException',
  'The user pool has no relying party ID and no domain.',
)
export const WebAuthnCredentialNotSupported = define(
  'WebAuthnCredentialNotSupportedException',
  'The passkey credential is not supported.',
)
export const WebAuthnNotEnabled = define('WebAuthnNotEnabledException', 'Passkeys are not enabled for the user pool.')
export const WebAuthnOriginNotAllowed = define(
  'WebAuthnOriginNotAllowedException',
  'The origin of the passkey credential does not fit the relying party ID.',
)
export const WebAuthnRelyingPartyMismatch = define(
  'WebAuthnRelyingPartyMismatchException',
  'The passkey credential is of another relying party.',
)
