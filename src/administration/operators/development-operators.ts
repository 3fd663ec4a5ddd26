import type { Context } from '../../context.ts'
import { remembered } from '../../lib/memory.ts'
import { findPool } from '../../pool/pools/pool.ts'
import { findOperatorsIds } from './operator-store.ts'
import { setUpOperators } from './set-up-operators.ts'

/** The operator of a development server. The password is public, like the key pair local/local. */
export const developmentOperator = { email: 'operator@example.com', password: 'Poolhouse-operator-1' }

const makings = remembered(() => ({ under: undefined as Promise<unknown> | undefined }))

/** Only in development with the public key pair, where everybody may administer anyway. */
const isOpen = ({ config }: Context): boolean =>
  config.mode === 'dev' &&
  config.credentials.some((pair) => pair.accessKeyId === 'local' && pair.secretAccessKey === 'local')

/** Creates the operators' pool of a development server on its first start, and updates the server's address in it. */
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
