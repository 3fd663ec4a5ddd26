import type {
  AuthenticationResultType,
  ChallengeNameType,
  InitiateAuthResponse,
  NewDeviceMetadataType,
} from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { deviceKey } from '../../lib/ids.ts'
import type { Client } from '../clients/client.ts'
import { groupKeyOf, tracksDevices } from '../devices/device.ts'
import type { Pool } from '../pools/pool.ts'
import { issueTokens } from '../tokens/issue-tokens.ts'
import { postAuthentication } from '../triggers/post-authentication.ts'
import { settle } from './settle.ts'
import type { Step } from './sign-in.ts'

/** The JSON API's answer for a step: the next challenge, or the tokens. */
export async function stepAnswer(
  ctx: Context,
  owner: { pool: Pool; client: Client; clientMetadata?: Record<string, string> },
  step: Step,
): Promise<InitiateAuthResponse> {
  if (step.kind === 'challenge')
    return {
      ChallengeName: step.name as ChallengeNameType,
      Session: step.session,
      ChallengeParameters: step.parameters,
      AvailableChallenges: step.availableChallenges as ChallengeNameType[] | undefined,
    }

  const newDevice = newDeviceMetadata(ctx, owner.pool, step.deviceKey)
  const usedKey = step.deviceKey ?? newDevice?.DeviceKey
  const { user, groups, proven, source, eventId, settles } = step
  const beforeIssued = () => postAuthentication(ctx, { ...owner, user, newDeviceUsed: newDevice !== undefined })
  const tokens = await issueTokens(ctx, {
    ...owner,
    user,
    groups,
    proven,
    source,
    deviceKey: usedKey,
    eventId,
    beforeIssued,
    settles,
    surface: 'api',
  }).catch(async (error) => {
    // It may be settled already; then nothing is left to do.
    await settle(ctx, { settles }).catch(() => {})
    throw error
  })
  const result = authenticationResult(tokens)
  return { ChallengeParameters: {}, AuthenticationResult: { ...result, NewDeviceMetadata: newDevice } }
}

/** A user who signs in without a known device gets the key of a new one, to confirm. */
function newDeviceMetadata(ctx: Context, pool: Pool, known: string | undefined): NewDeviceMetadataType | undefined {
  if (known || !tracksDevices(pool)) return undefined
  const DeviceKey = deviceKey(ctx.config.region)
  return { DeviceKey, DeviceGroupKey: groupKeyOf(DeviceKey) }
}

export function authenticationResult(tokens: {
  accessToken: string
  idToken?: string
  refreshToken?: string
  expiresIn: number
}): AuthenticationResultType {
  return {
    AccessToken: tokens.accessToken,
    ExpiresIn: tokens.expiresIn,
    TokenType: 'Bearer',
    RefreshToken: tokens.refreshToken,
    IdToken: tokens.idToken,
  }
}
