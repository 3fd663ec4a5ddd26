/**
 * Where the service is known to act otherwise than its published model says, each with its reason.
 * `ListResourceServers` without MaxResults is not here: the service refuses it by accident (an absent number reads as
 * 0 there), its documentation calls the member optional, and nobody is helped by the refusal.
 */

/** The model marks them optional, but nothing else says whose device, or which style, is meant. */
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

/** Sensitive today, but captured error texts echo them. */
export const echoedThoughSensitive: ReadonlySet<string> = new Set(['ClientIdType'])

/** Enum values in the order of a captured error text, where that is not the order of the model. */
export const enumOrder: Readonly<Record<string, readonly string[]>> = {
  OAuthFlowType: ['implicit', 'client_credentials', 'code'],
}
