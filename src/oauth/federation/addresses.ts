import type { Surface } from '../surface.ts'

/** The pool's identifier and addresses, for providers. */

export const entityId = (poolId: string): string => `urn:amazon:cognito:sp:${poolId}`
export const callbackUrl = ({ origin }: Pick<Surface, 'origin'>): string => `${origin}/oauth2/idpresponse`
export const acsUrl = ({ origin }: Pick<Surface, 'origin'>): string => `${origin}/saml2/idpresponse`
export const logoutUrl = ({ origin }: Pick<Surface, 'origin'>): string => `${origin}/saml2/logout`
