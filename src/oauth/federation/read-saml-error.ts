import { SamlRefused } from './saml-response.ts'

export class BadSamlSignature extends SamlRefused {
  constructor(cause: unknown) {
    super('SAML Assertion signature is invalid.', { cause })
  }
}

/**
 * An error of node-saml in the service's words. The library gives its errors no codes, so its texts are read, here and
 * nowhere else. Its texts about status codes are shown to users.
 */
export function readSamlError(cause: unknown): SamlRefused {
  if (cause instanceof SamlRefused) return cause
  const { message } = cause as Error
  if (/signature|decrypt|encrypted/i.test(message)) return new BadSamlSignature(cause)
  return new SamlRefused(wordsFor(message), { cause })
}

function wordsFor(message: string): string {
  if (/InResponseTo/i.test(message)) return 'InResponseTo is not the request that was sent.'
  if (/expired|not yet valid|too old|subject confirmation/i.test(message))
    return 'The assertion is not valid at this time.'
  if (/^SAML provider returned/.test(message)) return `${message.replace(/[^\x20-\x7e]/g, ' ').slice(0, 300)}.`
  return 'It can not be read.'
}
