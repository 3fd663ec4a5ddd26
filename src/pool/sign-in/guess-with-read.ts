import type { Context } from '../../context.ts'
import { passwordGuess, subjectKey } from '../attempts/lock-out.ts'
import type { Client } from '../clients/client.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import type { Pool } from '../pools/pool.ts'
import { protectionOfFlow } from '../threat-protection/risk-config.ts'
import { loginName } from '../users/user.ts'
import type { GuessByName } from './credentials-store.ts'
import { type FlowName, flows } from './flows.ts'
import { readClaim } from './secret-block.ts'
import type { Driver, Responses } from './sign-in.ts'
import type { GuessByAnswer } from './sign-in-store.ts'

/** The password that comes with a first call is judged next, unless something may come in between. */
export function guessWithRead(
  ctx: Context,
  { pool, client, parameters, driver }: { pool: Pool; client: Client; parameters: Responses; driver: Driver },
  flow: FlowName,
): GuessByName | undefined {
  const { PreAuthentication, UserMigration } = pool.settings.LambdaConfig ?? {}
  const isPlain = driver !== 'page' && parameters.PASSWORD !== undefined && flows[flow].needs.includes('PASSWORD')
  if (!isPlain || PreAuthentication || UserMigration || parameters.DEVICE_KEY) return undefined
  if (protectionOfFlow(pool, flow) !== 'OFF') return undefined
  const guess = guessOfOwner(ctx, { pool, client })
  const unknownName = loginName(pool, parameters.USERNAME!)
  return { ...guess, unknownSubject: guess.hidden ? subjectKey(ctx, pool.id, { unknownName }) : null }
}

/** The same for the proof that answers SRP, where it is one that can be judged. */
export function guessWithAnswer(
  ctx: Context,
  given: { pool: Pool; client: Client; driver: Driver; challengeName: string; responses: Responses },
): GuessByAnswer | undefined {
  const { pool, driver, challengeName, responses } = given
  if (challengeName !== 'PASSWORD_VERIFIER' || driver === 'page' || responses.DEVICE_KEY) return undefined
  if (protectionOfFlow(pool, 'USER_SRP_AUTH') !== 'OFF') return undefined
  const signInId = claimedSignIn(ctx, given, responses)
  return signInId ? { ...guessOfOwner(ctx, given), username: responses.USERNAME!, signInId } : undefined
}

function claimedSignIn(ctx: Context, owner: { pool: Pool; client: Client }, responses: Responses): string | undefined {
  try {
    return readClaim(ctx, owner, responses).signInId
  } catch {
    // It is refused for that later, once it is known that the session is one.
    return undefined
  }
}

const guessOfOwner = (ctx: Context, { pool, client }: { pool: Pool; client: Client }) => ({
  ...passwordGuess(ctx),
  hidden: preventsUserExistenceErrors(client),
  poolRevision: pool.revision,
  clientRevision: client.revision,
})
