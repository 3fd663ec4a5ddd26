import { InvalidParameter } from '../../../model/errors.ts'
import { poolIssuer, requirePool } from '../../../pool/pools/pool.ts'
import { frontChannelUrl } from '../../../pool/pools/pool-domain.ts'
import type { OwnHandler } from '../../handler.ts'
import { administratorsGroup, setUpOperators as setUp } from '../set-up-operators.ts'

export const setUpOperators: OwnHandler<'SetUpOperators'> = async ({ Email, Invitation, DomainPrefix }, ctx) => {
  if (Invitation !== undefined && Email === undefined) throw new InvalidParameter('Invitation goes with Email.')
  const invitation = Invitation === 'SHOW_PASSWORD' ? 'show-password' : 'send'
  const operator =
    Email === undefined ? undefined : { email: Email, invitation: invitation as 'send' | 'show-password' }
  const made = await setUp(ctx, { operator, domainPrefix: DomainPrefix })
  const pool = await requirePool(ctx, made.pool.id)
  return {
    UserPoolId: pool.id,
    ClientId: made.clientId,
    Issuer: poolIssuer(ctx, pool),
    AuthorizationEndpoint: `${frontChannelUrl(ctx, pool)}/oauth2/authorize`,
    GroupName: administratorsGroup,
    RoleArn: made.roleArn,
    TemporaryPassword: made.temporaryPassword,
  }
}
