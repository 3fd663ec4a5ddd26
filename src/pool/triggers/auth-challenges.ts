/**
 * The three triggers that direct a CUSTOM_AUTH sign-in: what comes next, what is asked, whether the answer is right.
 */
import type { Context } from '../../context.ts'
import { callTrigger } from './call-trigger.ts'
import { type ClientMetadata, triggerEvent } from './event.ts'
import { nameOf, type Person, personIn } from './person.ts'
import { flagIn, textIn, textsIn } from './response.ts'

/** One challenge of a sign-in and its result, as triggers see it. */
export interface ChallengeResult {
  challengeName: string
  challengeResult: boolean
  /** The name that the function gave a challenge of its own. */
  challengeMetadata: string | null
}

export interface Direction {
  challengeName?: string
  issueTokens: boolean
  failAuthentication: boolean
}

export async function defineAuthChallenge(
  ctx: Context,
  person: Person,
  session: ChallengeResult[],
  clientMetadata: ClientMetadata | undefined,
): Promise<Direction> {
  const { pool, client } = person
  const response = await callTrigger(ctx, pool, 'DefineAuthChallenge', () =>
    triggerEvent(
      ctx,
      pool,
      { source: 'DefineAuthChallenge_Authentication', userName: nameOf(person), clientId: client.id },
      { ...personIn(person), session, clientMetadata },
      { challengeName: null, issueTokens: null, failAuthentication: null },
    ),
  )
  return {
    challengeName: textIn(response?.challengeName),
    issueTokens: flagIn(response?.issueTokens),
    failAuthentication: flagIn(response?.failAuthentication),
  }
}

export interface CustomQuestion {
  /** For the client. */
  publicParameters: Record<string, string>
  /** For the function that verifies. */
  privateParameters: Record<string, string>
  metadata: string | null
}

export async function createAuthChallenge(
  ctx: Context,
  person: Person,
  session: ChallengeResult[],
  clientMetadata: ClientMetadata | undefined,
): Promise<CustomQuestion> {
  const { pool, client } = person
  const response = await callTrigger(ctx, pool, 'CreateAuthChallenge', () =>
    triggerEvent(
      ctx,
      pool,
      { source: 'CreateAuthChallenge_Authentication', userName: nameOf(person), clientId: client.id },
      { ...personIn(person), challengeName: 'CUSTOM_CHALLENGE', session, clientMetadata },
      { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null },
    ),
  )
  return {
    publicParameters: textsIn(response?.publicChallengeParameters) ?? {},
    privateParameters: textsIn(response?.privateChallengeParameters) ?? {},
    metadata: textIn(response?.challengeMetadata) ?? null,
  }
}

export async function verifyAuthChallengeResponse(
  ctx: Context,
  person: Person,
  asked: { privateParameters: Record<string, string>; answer: string },
  clientMetadata: ClientMetadata | undefined,
): Promise<boolean> {
  const { pool, client } = person
  const response = await callTrigger(ctx, pool, 'VerifyAuthChallengeResponse', () =>
    triggerEvent(
      ctx,
      pool,
      { source: 'VerifyAuthChallengeResponse_Authentication', userName: nameOf(person), clientId: client.id },
      {
        ...personIn(person),
        privateChallengeParameters: asked.privateParameters,
        challengeAnswer: asked.answer,
        clientMetadata,
      },
      { answerCorrect: null },
    ),
  )
  return flagIn(response?.answerCorrect)
}
