import { parseXml } from '../../pool/identity-providers/saml-metadata.ts'

const maxResponseLength = 100_000

const protocol = 'urn:oasis:names:tc:SAML:2.0:protocol'
const assertion = 'urn:oasis:names:tc:SAML:2.0:assertion'
const encryption = 'http://www.w3.org/2001/04/xmlenc#'

/** A refused response, with the reason for the log. */
export class SamlRefused extends Error {}

/**
 * Checks the document before anything in it is believed: one response with one assertion, however they are wrapped, and
 * no entities. Returns the assertion where it is encrypted. @throws SamlRefused
 */
export async function checkResponseShape(
  encoded: string,
  { acs, encrypted }: { acs: string; encrypted: boolean },
): Promise<string | undefined> {
  if (encoded.length > maxResponseLength) throw new SamlRefused('The response is too long.')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded.replace(/\s/g, '')))
    throw new SamlRefused('The response is not in base64.')
  const document = await parseXml(Buffer.from(encoded, 'base64').toString()).catch(() => {
    throw new SamlRefused('The response is not a document that is allowed.')
  })
  const root = document.documentElement
  if (root.localName !== 'Response' || root.namespaceURI !== protocol) throw new SamlRefused('It is no SAML response.')

  const destination = root.getAttribute('Destination')
  if (destination && destination !== acs) throw new SamlRefused('Destination is not this service.')
  requireUniqueIds(root)
  requireStrongCipher(root)

  const open = root.getElementsByTagNameNS('*', 'Assertion')
  const sealed = root.getElementsByTagNameNS('*', 'EncryptedAssertion')
  // A refusal of the provider has no assertion; its status is read next.
  if (open.length + sealed.length === 0 && status(root) !== 'Success') return undefined
  if (open.length + sealed.length !== 1) throw new SamlRefused('There must be one assertion.')
  const [only] = [...Array.from(open), ...Array.from(sealed)]
  if (only!.namespaceURI !== assertion || only!.parentNode !== root)
    throw new SamlRefused('The assertion is misplaced.')
  if (encrypted && sealed.length === 0) throw new SamlRefused('The assertion must be encrypted.')
  if (!encrypted && sealed.length > 0) throw new SamlRefused('Encryption is not set up for this provider.')
  return sealed[0]?.toString()
}

/** The decrypted assertion is held to the same rules. @throws SamlRefused */
export async function checkAssertionShape(text: string): Promise<void> {
  requireUniqueIds((await parseXml(text)).documentElement)
}

/** The last part of its name: `Success`, or what went wrong. */
function status(root: Element): string | undefined {
  const code = root.getElementsByTagNameNS(protocol, 'StatusCode')[0]
  return code?.getAttribute('Value')?.split(':').at(-1)
}

// Signatures refer to elements by id.
function requireUniqueIds(root: Element): void {
  const seen = new Set<string>()
  for (const element of [root, ...Array.from(root.getElementsByTagName('*'))]) {
    for (const name of ['ID', 'Id', 'id']) {
      const id = element.getAttribute(name)
      if (!id) continue
      if (seen.has(id)) throw new SamlRefused('An id is given twice.')
      seen.add(id)
    }
  }
}

// With a weaker cipher, a caller who asks often enough learns the plaintext.
function requireStrongCipher(root: Element): void {
  const methods = Array.from(root.getElementsByTagNameNS(encryption, 'EncryptionMethod'))
  if (methods.some((method) => method.getAttribute('Algorithm') === `${encryption}rsa-1_5`))
    throw new SamlRefused('Encryption with RSA 1.5 is not accepted.')
}
