import type { TermsDescriptionType, TermsType } from '@aws-sdk/client-cognito-identity-provider'
import { InvalidParameter, ResourceNotFound, TermsExists } from '../../model/errors.ts'
import type { Terms } from './terms-store.ts'

export const termsNotFound = (id: string) => new ResourceNotFound(`Terms ${id} does not exist.`)

export const termsExist = (name: string, clientId: string) =>
  new TermsExists(`Terms with name ${name} already exists for client ${clientId}.`)

/** @throws InvalidParameterException for an address that is not of the web: pages show it as a link */
export function checkLinks(links: Record<string, string> | undefined): Record<string, string> {
  if (!links) throw new InvalidParameter('Links are required for terms source LINK.')
  for (const [language, link] of Object.entries(links)) {
    if (!URL.canParse(link) || !['https:', 'http:'].includes(new URL(link).protocol))
      throw new InvalidParameter(`Invalid link for ${language}: it must be an https or http URL.`)
  }
  return links
}

export function termsView(terms: Terms): TermsType {
  return {
    ...termsDescription(terms),
    UserPoolId: terms.poolId,
    ClientId: terms.clientId,
    TermsSource: terms.source as TermsType['TermsSource'],
    Links: terms.links,
  }
}

export function termsDescription(terms: Terms): TermsDescriptionType {
  return {
    TermsId: terms.id,
    TermsName: terms.name,
    Enforcement: terms.enforcement as TermsType['Enforcement'],
    CreationDate: terms.createdAt,
    LastModifiedDate: terms.updatedAt,
  }
}
