/**
 * Known differences between the service and its published model, each with its reason. `ListResourceServers` without
 * MaxResults is not among them: the service refuses it by accident (it reads an absent number as 0), its documentation
 * calls the member optional, and refusing it helps nobody.
 */

/** The model marks these members optional, but without them the call doesn't say which device or style it means. */
export const membersAlsoRequired: readonly [structure: string, member: string][] = [
  ['GetDeviceRequest', 'AccessToken'],
  ['ForgetDeviceRequest', 'AccessToken'],
  ['UpdateManagedLoginBrandingRequest', 'UserPoolId'],
  ['UpdateManagedLoginBrandingRequest', 'ManagedLoginBrandingId'],
]

/** The documentation of GetClientToken names the flow that a client needs; the published enum leaves it out. */
export const valuesAlsoAccepted: Readonly<Record<string, readonly string[]>> = {
  ExplicitAuthFlowsType: ['ALLOW_CLIENT_TOKEN_AUTH'],
}

/** The service has let passwords hold spaces inside since it was published; its error texts show the pattern of today. */
export const passwordPattern = '^[\\S]+.*[\\S]+$'

export const newerPatterns: Readonly<Record<string, string>> = { PasswordType: passwordPattern }

const hostName = /^(?=.{4,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$/

/** A custom domain is the full host name in the same member, although the pattern has no dot and ends at 63. */
export const alsoValid: Readonly<Record<string, (value: string) => boolean>> = {
  DomainType: (value) => hostName.test(value),
}

/** Marked sensitive today, although captured error texts contain them. */
export const echoedThoughSensitive: ReadonlySet<string> = new Set(['ClientIdType'])

/** Enum values in the order of a captured error text, if it differs from the model's. */
export const enumOrder: Readonly<Record<string, readonly string[]>> = {
  AccountTakeoverEventActionType: ['MFA_IF_CONFIGURED', 'BLOCK', 'NO_ACTION', 'MFA_REQUIRED'],
  OAuthFlowType: ['implicit', 'client_credentials', 'code'],
}
