import type { ParameterizedContext } from 'koa'
import { isOn } from '../model/extensions.ts'
import { ssoSessionId } from '../pool/sessions/session-id.ts'
import { issueTokens } from '../pool/tokens/issue-tokens.ts'
import { isFunctionError } from '../pool/triggers/call-trigger.ts'
import type { User } from '../pool/users/user.ts'
import type { EngineRun, Outcome } from './engine-run.ts'
import { type AppTarget, answerTo, refusalAnswer, sendTo } from './redirect.ts'
import { requestedIn } from './requested.ts'
import { nonceFor, unpackProven } from './session.ts'

/** Sends the browser to the app with the outcome of its request, or to the pages first. */
export async function answerApp(
  koa: ParameterizedContext,
  run: EngineRun,
  outcome: Outcome,
  target: AppTarget,
  status: 302 | 303 = 302,
): Promise<void> {
  if (outcome.kind === 'asks') return sendTo(koa, outcome.location, status)
  if (outcome.kind === 'refused') {
    const { error, description } = outcome
    // The engine's other descriptions are not the service's words.
    const refusal = { error, description: error === 'invalid_request' ? description : undefined }
    return answerTo(koa, run, target, refusalAnswer(refusal), status)
  }
  const { code } = outcome
  const wanted = wantedTokens(run, target)
  if (!wanted) return answerTo(koa, run, target, { code }, status)
  const tokens = await implicitTokens(run, { ...wanted, code }).catch(asRefusal)
  await answerTo(koa, run, target, 'error' in tokens ? tokens : { code, ...tokens }, status)
}

/** The pool's trigger refused the tokens, and the app gets the error. */
function asRefusal(error: unknown) {
  if (isFunctionError(error)) return { error: 'invalid_request', error_description: error.message }
  throw error
}

interface Wanted {
  accessToken: boolean
  idToken: boolean
}

/** The tokens that go to the app through the browser. Cognito's `token` means both. */
function wantedTokens({ pool, client }: EngineRun, { response_type = '' }: AppTarget): Wanted | undefined {
  if (response_type === 'token') return { accessToken: true, idToken: true }
  if (!isOn('ResponseTypes', pool, client)) return undefined
  const types = response_type.split(' ')
  const wanted = { accessToken: types.includes('token'), idToken: types.includes('id_token') }
  return wanted.accessToken || wanted.idToken ? wanted : undefined
}

async function implicitTokens({ ctx, pool, client, oidc }: EngineRun, wanted: Wanted & { code?: string }) {
  const { session, account, params } = oidc!
  const proven = unpackProven(session!.amr)
  const tokens = await issueTokens(ctx, {
    pool,
    client,
    user: (account as unknown as { user: User }).user,
    proven,
    scope: params!.scope as string,
    nonce: nonceFor(proven, params!.nonce as string | undefined),
    resource: params!.audience as string | undefined,
    claims: requestedIn(params),
    besideCode: wanted.code,
    idTokenAlone: !wanted.accessToken,
    surface: 'oauth',
    originSessionId: ssoSessionId(ctx, pool.id, session!.uid),
    withRefreshToken: false,
    source: 'TokenGeneration_HostedAuth',
  })
  return {
    id_token: wanted.idToken ? tokens.idToken : undefined,
    ...(wanted.accessToken && {
      access_token: tokens.accessToken,
      token_type: 'Bearer',
      expires_in: tokens.expiresIn,
    }),
  }
}
