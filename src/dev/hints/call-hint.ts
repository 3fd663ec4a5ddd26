import type { Context } from '../../context.ts'
import { nearestName } from '../../lib/nearest-name.ts'
import type { ServiceError } from '../../model/errors.ts'
import { allOperations } from '../../model/model.ts'
import type { Reason } from '../../model/reasons.ts'
import { selfServiceScope } from '../../pool/tokens/token-family.ts'
import { quoted, type Refused } from './hint.ts'
import { flowHint, secretHashHint, userHint } from './sign-in-hint.ts'
import { signatureHint } from './signature-hint.ts'
import { clientHint, poolHint } from './subject-hint.ts'
import { tokenHint } from './token-hint.ts'

type Input = Record<string, unknown>
type Hint = (ctx: Context, input: Input, error: ServiceError) => string | undefined | Promise<string | undefined>

const forToken: Hint = (ctx, { AccessToken }) =>
  AccessToken === undefined ? undefined : tokenHint(ctx, AccessToken, selfServiceScope)
const forCode: Hint = ({ config }) => `The newest code of each address is in the inbox: ${config.publicUrl}/_poolhouse/`
const forFaults: Hint = (_ctx, _input, { faults }) =>
  faults.length === 0 ? undefined : faults.map(({ field, reason }) => `${field}: ${reason}`).join(', ')

const byReason: Partial<Record<Reason, Hint>> = {
  'pool-not-found': (ctx, { UserPoolId }) => (typeof UserPoolId === 'string' ? poolHint(ctx, UserPoolId) : undefined),
  'client-not-found': (ctx, { ClientId, UserPoolId }) =>
    typeof ClientId === 'string'
      ? clientHint(ctx, ClientId, typeof UserPoolId === 'string' ? UserPoolId : undefined)
      : undefined,
  'wrong-credentials': userHint,
  'user-not-found': userHint,
  'username-not-found': userHint,
  'user-not-confirmed': forCode,
  'code-mismatch': forCode,
  'code-expired': forCode,
  'factor-code-mismatch': forCode,
  'code-not-delivered': forCode,
  'token-expired': forToken,
  'token-invalid': forToken,
  'token-revoked': forToken,
  'token-scope': forToken,
  'not-authorized': (ctx, input, error) => forToken(ctx, input, error) ?? secretHashHint(ctx, input),
  'invalid-parameter': async (ctx, input, error) => (await flowHint(ctx, input)) ?? forFaults(ctx, input, error),
  'rate-exceeded': () => 'UpdateProvisionedLimit raises the rate of a category.',
  'trigger-failed': () => 'The line about the function, beside this one, says more.',
  'trigger-refused': () => 'The line about the function, beside this one, says more.',
}

/** A hint for a refused call of the JSON API. */
export async function callHint(ctx: Context, { facts, headers }: Refused): Promise<string | undefined> {
  const { refusal, input } = facts
  if (!refusal) return targetHint(headers)
  const service = headers['x-amz-target']?.startsWith('Poolhouse.') ? 'poolhouse' : 'cognito-idp'
  const signature = signatureHint(ctx.config, { ...refusal, authorization: headers.authorization, service })
  return signature ?? byReason[refusal.reason]?.(ctx, (input ?? {}) as Input, refusal) ?? forFaults(ctx, {}, refusal)
}

/** A request that does not name an existing operation. */
function targetHint(headers: Refused['headers']): string {
  const target = headers['x-amz-target']
  if (!target) return 'A call of the JSON API has an X-Amz-Target header, as an SDK of Cognito sends it.'
  const [, prefix, name] = /^(\w{1,60})\.(\w{1,80})$/.exec(target) ?? []
  if (prefix !== 'AWSCognitoIdentityProviderService' && prefix !== 'Poolhouse')
    return `This server has no service ${quoted(prefix ?? target)}: its target begins AWSCognitoIdentityProviderService.`
  const nearest = nearestName(
    name!,
    allOperations.map((operation) => operation.name),
  )
  if (nearest === name) return 'The Content-Type of a call is application/x-amz-json-1.1.'
  return `There is no operation ${name}${nearest ? `; did you mean ${nearest}?` : '.'}`
}
