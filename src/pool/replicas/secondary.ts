import type { RequestContext } from '../../context.ts'
import { InvalidParameter, OperationNotEnabled, ResourceNotFound } from '../../model/errors.ts'
import { operationNamed } from '../../model/model.ts'
import { cutPage, decodeCursor, encodeCursor } from '../../store/page.ts'
import { findClient } from '../clients/client.ts'
import { findDomainOwner } from '../domains/domain-store.ts'
import { softwareTokenMfa } from '../factors/software-token-mfa.ts'
import type { Handlers, Input, OperationName, Output } from '../handler.ts'
import { allowsOperation } from './allowed-operations.ts'
import { regionalHandlers } from './regional-handlers.ts'
import { findReplica, listPoolsOfRegion } from './replica-store.ts'

type Run = (input: unknown, ctx: RequestContext) => Promise<unknown>

/**
 * A call in another region than the installation's, about the replicas there. What the service does not do in a
 * secondary region is refused; the rest is done on the same database, with the settings of the region.
 */
export async function callInRegion(
  handlers: Handlers,
  name: OperationName,
  input: object,
  ctx: RequestContext & { region: string },
): Promise<unknown> {
  if (name === 'ListUserPools') return listPoolsHere(input as Input<'ListUserPools'>, ctx)
  const poolId = await poolOf(input, ctx)
  if (poolId === undefined) throw refusal(name)
  const replica = await findReplica(ctx.db, poolId, ctx.region)
  if (!replica) throw new ResourceNotFound(`User pool ${poolId} does not exist.`, { reason: 'pool-not-found' })
  if (!allowsOperation(replica.status, name)) throw refusal(name)
  if ((input as { ChallengeName?: string }).ChallengeName === softwareTokenMfa.name) throw refusal(name)
  const run = (regionalHandlers[name] ?? handlers[name]) as Run
  return run(input, { ...ctx, regional: replica })
}

const refusal = (name: OperationName): Error =>
  operationNamed(name)!.errors.includes('OperationNotEnabledException')
    ? new OperationNotEnabled(`${name} is not available in a secondary region of the user pool.`)
    : new InvalidParameter(`${name} is not available in a secondary region.`)

interface Naming {
  UserPoolId?: string
  ClientId?: string
  ResourceArn?: string
  AccessToken?: string
  Domain?: string
}

/** The pool of the call, wherever its input names it. */
async function poolOf(input: Naming, ctx: RequestContext & { region: string }): Promise<string | undefined> {
  if (input.UserPoolId) return input.UserPoolId
  if (input.ClientId) return (await findClient(ctx, input.ClientId))?.pool.id
  if (input.ResourceArn) {
    const [, , , region, , resource = ''] = input.ResourceArn.split(':')
    if (region !== ctx.region) throw new InvalidParameter(`Invalid resource ARN: ${input.ResourceArn}`)
    return resource.replace(/^userpool\//, '')
  }
  if (input.Domain) return findDomainOwner(ctx.db, input.Domain)
  return input.AccessToken && poolNamedBy(input.AccessToken)
}

/** Only to find the replica: the operation itself checks the token. */
function poolNamedBy(token: string): string | undefined {
  try {
    const { iss } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return typeof iss === 'string' ? iss.slice(iss.lastIndexOf('/') + 1) : undefined
  } catch {
    return undefined
  }
}

async function listPoolsHere(
  input: Input<'ListUserPools'>,
  ctx: RequestContext & { region: string },
): Promise<Output<'ListUserPools'>> {
  const limit = input.MaxResults!
  const scope = `ListUserPools ${ctx.region}`
  const after = decodeCursor(ctx, scope, input.NextToken) as string | undefined
  const rows = await listPoolsOfRegion(ctx.db, ctx.region, limit + 1, after)
  const { items, next } = cutPage(rows, limit, ({ id }) => id)
  return {
    UserPools: items.map((row) => ({
      Id: row.id,
      Name: row.name,
      LambdaConfig: row.settings.LambdaConfig,
      LastModifiedDate: row.updated_at,
      CreationDate: row.created_at,
    })),
    NextToken: next === undefined ? undefined : encodeCursor(ctx, scope, next),
  }
}
