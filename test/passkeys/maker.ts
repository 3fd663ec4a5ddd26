import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { bits, explicit, integer, objectId, octets, sequence, set, text, time } from '../../src/lib/der.ts'

/** A maker of authenticators: its key, and the certificate that WebAuthn asks of one, in DER. */
export function newMaker({ unit = 'Authenticator Attestation', days = 30 } = {}) {
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(objectId('1.2.840.10045.4.3.2'))
  const names: [string, string][] = [
    ['2.5.4.6', 'US'],
    ['2.5.4.10', 'Example Keys'],
    ['2.5.4.11', unit],
    ['2.5.4.3', 'Example Key 1'],
  ]
  const name = sequence(...names.map(([id, value]) => set(sequence(objectId(id), text(value)))))
  const day = 86_400_000
  const from = new Date(Date.now() - 60 * day)
  const to = new Date(Date.now() + days * day)
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    algorithm,
    name,
    sequence(time(from), time(to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(sequence(objectId('2.5.29.19'), octets(sequence())))),
  )
  return { key, certificate: sequence(body, algorithm, bits(sign('sha256', body, key))) }
}
