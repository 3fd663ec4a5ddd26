/** Sign-in by the JSON API: the same for apps and for servers, except for the driver. */
import type {
  AdminInitiateAuthRequest,
  AdminRespondToAuthChallengeRequest,
  InitiateAuthRequest,
  InitiateAuthResponse,
  RespondToAuthChallengeRequest,
} from '@aws-sdk/client-cognito-identity-provider'
import { requireClient } from '../clients/client.ts'
import type { MaybeOwned, Owner } from '../clients/owner.ts'
import { answerChallenge, startConfirmed, startSignIn } from './machine.ts'
import { isRefresh, refresh } from './refresh.ts'
import { queuePassword } from './settle.ts'
import type { Driver } from './sign-in.ts'
import { stepAnswer } from './step-answer.ts'

type Initiation = Pick<
  InitiateAuthRequest | AdminInitiateAuthRequest,
  'AuthFlow' | 'AuthParameters' | 'ClientMetadata' | 'Session'
>
type Response = Pick<
  RespondToAuthChallengeRequest | AdminRespondToAuthChallengeRequest,
  'ChallengeName' | 'ChallengeResponses' | 'ClientMetadata' | 'Session'
>

/** InitiateAuth. Only triggers that run before the sign-in get the metadata of this call. */
export async function initiate(
  ctx: MaybeOwned,
  owner: Owner,
  driver: Driver,
  input: Initiation,
): Promise<InitiateAuthResponse> {
  const flow = input.AuthFlow!
  const parameters = input.AuthParameters ?? {}
  if (isRefresh(flow)) return refresh(ctx, owner, parameters)
  const start = { ...owner, driver, validationData: input.ClientMetadata }
  if (flow === 'USER_AUTH' && input.Session) {
    await requireClient(ctx, owner.client.id)
    return stepAnswer(ctx, owner, await startConfirmed(ctx, { ...start, session: input.Session }))
  }
  return queuePassword(ctx, owner.pool, parameters, async () =>
    stepAnswer(ctx, owner, await startSignIn(ctx, { ...start, flow, parameters })),
  )
}

/** RespondToAuthChallenge. */
export function respond(ctx: MaybeOwned, owner: Owner, driver: Driver, input: Response): Promise<InitiateAuthResponse> {
  const responses = input.ChallengeResponses ?? {}
  const metadata = { ...owner, clientMetadata: input.ClientMetadata }
  const answer = { ...metadata, driver, challengeName: input.ChallengeName!, responses, session: input.Session }
  return queuePassword(ctx, owner.pool, responses, async () =>
    stepAnswer(ctx, metadata, await answerChallenge(ctx, answer)),
  )
}
