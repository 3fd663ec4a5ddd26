import { clientSecret } from '../../../lib/ids.ts'
import { InvalidParameter } from '../../../model/errors.ts'
import type { Handler } from '../../handler.ts'
import { requirePool } from '../../pools/pool.ts'
import { settingsOf } from '../client-settings.ts'
import { clientView } from '../client-view.ts'
import { createClient } from '../create-client.ts'

export const createUserPoolClient: Handler<'CreateUserPoolClient'> = async (input, ctx) => {
  const pool = await requirePool(ctx, input.UserPoolId)
  if (input.GenerateSecret && input.ClientSecret !== undefined)
    throw new InvalidParameter('GenerateSecret and ClientSecret can not be specified together.')
  const client = await createClient(ctx, pool, {
    name: input.ClientName!,
    settings: settingsOf(input),
    secret: input.GenerateSecret ? clientSecret() : input.ClientSecret,
    chosenId: ctx.chosenId,
  })
  return { UserPoolClient: clientView(ctx, client) }
}
