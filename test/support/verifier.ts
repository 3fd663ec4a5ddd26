import type { SignedRequest } from '../../src/wire/canonical-request.ts'
import { createSignatureReader } from '../../src/wire/sigv4.ts'

/** Verifies what is signed with one of a few keys, for servers that tests play. */
export function createVerifier({
  credentials,
  ...scope
}: {
  credentials: readonly { accessKeyId: string; secretAccessKey: string }[]
  region: string
  service: string
}): (request: SignedRequest, now: number) => { accessKeyId: string; region: string } {
  const secrets = new Map(credentials.map((pair) => [pair.accessKeyId, pair.secretAccessKey]))
  const read = createSignatureReader(scope)
  return (request, now) => {
    const { accessKeyId, region, verify } = read(request, now)
    verify(secrets.get(accessKeyId))
    return { accessKeyId, region }
  }
}
