import { randomBytes } from 'node:crypto'
import { randomText } from '../../../lib/random.ts'
import { InvalidParameter, LimitExceeded } from '../../../model/errors.ts'
import type { OwnHandler } from '../../handler.ts'
import { keySealOf } from '../../principals/find-principal.ts'
import { requireRole } from '../../roles/role.ts'
import { insertAccessKey } from '../access-key-store.ts'
import { accessKeyView } from '../access-key-view.ts'

const maxKeysPerService = 2

/** Only this answer contains the secret. */
export const createAccessKey: OwnHandler<'CreateAccessKey'> = async (input, ctx) => {
  const role = await requireRole(ctx.db, input.RoleName)
  const now = ctx.clock.now()
  if (input.ExpirationDate && input.ExpirationDate <= now) throw new InvalidParameter('ExpirationDate is in the past.')
  const id = `AKIA${randomText('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 16)}`
  const secret = randomBytes(30).toString('base64')
  const key = await insertAccessKey(
    ctx.db,
    {
      id,
      role_name: role.name,
      service: input.ServiceName,
      description: input.Description ?? null,
      secret_sealed: ctx.keyring.seal(secret, keySealOf(id)),
      created_at: now,
      expires_at: input.ExpirationDate ?? null,
    },
    maxKeysPerService,
  )
  if (!key)
    throw new LimitExceeded(
      `${input.ServiceName} has two access keys already: delete the one that is no longer in use.`,
    )
  return { AccessKey: accessKeyView(key, now), SecretAccessKey: secret }
}
