import type { Context } from '../../context.ts'
import { passwordGuess } from '../attempts/lock-out.ts'
import type { Client } from '../clients/client.ts'
import { preventsUserExistenceErrors } from '../clients/client-rules.ts'
import type { Pool } from '../pools/pool.ts'
import { protectionOfFlow } from '../risk/risk-config.ts'
import { loginName } from '../users/user.ts'
import type { GuessByName } from './credentials-store.ts'
import { type FlowName, flows } from './flows.ts'
import type { Driver, Responses } from './sign-in.ts'

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
  const hidden = preventsUserExistenceErrors(client)
  const { unknownSubject, ...guess } = passwordGuess(ctx, pool.id, loginName(pool, parameters.USERNAME!))
  return {
    ...guess,
    unknownSubject: hidden ? unknownSubject : null,
    hidden,
    poolRevision: pool.revision,
    clientRevision: client.revision,
  }
}
