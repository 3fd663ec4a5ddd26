import type { Context } from '../../context.ts'
import { remembered } from '../../lib/memory.ts'
import { findPool } from '../../pool/pools/pool.ts'
import { findOperatorsIds } from './operator-store.ts'
import { setUpOperators } from './set-up-operators.ts'

/** Who administers a development server. Everybody knows the password, as they do the key pair local/local. */
export const developmentOperator = { email: 'operator@example.com', password: 'Poolhouse-operator-1' }

const makings = remembered(() => ({ under: undefined as Promise<unknown> | undefined }))

/** Only where everybody may administer anyway: in development, with the key pair that everybody knows. */
const isOpen = ({ config }: Context): boolean =>
  config.mode === 'dev' &&
  config.credentials.some((pair) => pair.accessKeyId === 'local' && pair.secretAccessKey === 'local')

/** Makes the operators' pool of a development server that never had one, and follows the address of the server. */
export async function makeDevelopmentOperators(ctx: Context): Promise<void> {
  if (!isOpen(ctx)) return
  const making = makings(ctx)
  making.under ??= make(ctx).catch((error) => {
    making.under = undefined
    throw error
  })
  await making.under
}

async function make(ctx: Context): Promise<void> {
  const { poolId } = await findOperatorsIds(ctx.db)
  const operator = { ...developmentOperator, invitation: 'show-password' as const }
  if (poolId === undefined) await setUpOperators(ctx, { operator })
  else if (await findPool(ctx, poolId)) await setUpOperators(ctx)
}
