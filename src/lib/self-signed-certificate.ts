import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { bits, explicit, flag, integer, nothing, objectId, octets, sequence, set, text, time } from './der.ts'

const oids = {
  commonName: '2.5.4.3',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  basicConstraints: '2.5.29.19',
}

/** A self-signed X.509 certificate for an RSA key, in DER. Partners expect a public key in this form. */
export function selfSignedCertificate(
  privateKey: KeyObject,
  { commonName, from, to }: { commonName: string; from: Date; to: Date },
): Buffer {
  const algorithm = sequence(objectId(oids.sha256WithRsa), nothing())
  // A common name may have 64 characters.
  const name = sequence(set(sequence(objectId(oids.commonName), text(commonName.slice(0, 64)))))
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x7f) | 0x40
  const notAnAuthority = sequence(objectId(oids.basicConstraints), flag(true), octets(sequence()))
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    name,
    sequence(time(from), time(to)),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(notAnAuthority)),
  )
  return sequence(body, algorithm, bits(sign('sha256', body, privateKey)))
}
