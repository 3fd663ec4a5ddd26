import type { Config } from '../../config.ts'
import type { Reason } from '../../model/reasons.ts'
import { quoted } from './hint.ts'

/**
 * The parts of a SigV4 credential: key, date, region, service. Region and service are undefined if they are not plain
 * names.
 */
function credentialOf(authorization: string): (string | undefined)[] {
  const [keyId, date, ...names] = authorization.split('Credential=', 2)[1]?.split(',', 1)[0]?.split('/', 4) ?? []
  return [keyId, date, ...names.map((name) => (/^[\w-]{1,40}$/.test(name) ? name : undefined))]
}

/**
 * What is wrong with the signature of a call. Only the well-known development key pair, which is no secret, is ever
 * shown.
 */
export function signatureHint(
  { credentials, region }: Pick<Config, 'credentials' | 'region'>,
  { reason, authorization = '', service }: { reason: Reason; authorization?: string; service: string },
): string | undefined {
  const [keyId, , asked, askedService] = credentialOf(authorization)
  const root = credentials[0]!
  const pair = isWellKnown(root)
    ? 'the key pair local/local (AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local)'
    : `the key pair ${root.accessKeyId} of POOLHOUSE_ACCESS_KEY_ID and POOLHOUSE_SECRET_ACCESS_KEY`

  switch (reason) {
    case 'missing-authentication-token':
      return `This operation is for administrators: sign the call with ${pair}.`
    case 'unrecognized-client':
      return `There is no access key ${quoted(keyId)}: sign with ${pair}, or with the key of a role.`
    case 'invalid-signature':
      if (asked !== undefined && asked !== region)
        return `The call is signed for region ${asked}; this server is ${region}. Set AWS_DEFAULT_REGION=${region}, or the region of the client; POOLHOUSE_REGION changes the server's.`
      if (askedService !== undefined && askedService !== service)
        return `The call is signed for the service ${askedService}, not ${service}.`
      if (keyId === root.accessKeyId)
        return `The access key is right and the signature is not: another secret${isWellKnown(root) ? ' than local' : ''}, a clock that is off, or a proxy that changed the call.`
      return 'Another secret, a clock that is off, or a proxy that changed the call.'
    default:
      return undefined
  }
}

const isWellKnown = ({ accessKeyId, secretAccessKey }: Config['credentials'][number]) =>
  accessKeyId === 'local' && secretAccessKey === 'local'
