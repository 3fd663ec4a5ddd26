import type { RequestContext } from '../../../context.ts'
import { InvalidParameter } from '../../../model/errors.ts'
import type { TrustedIssuer } from '../../../model/poolhouse-operations.ts'
import { isProviderUrl } from '../../../pool/identity-providers/provider-call.ts'
import { poolOfIssuer } from '../../../pool/tokens/issuer.ts'
import type { OwnHandler, OwnInput } from '../../handler.ts'
import { MalformedPolicy, parsePolicy } from '../../policy/parse-policy.ts'
import { isOfPools, readyMadePolicy } from '../../policy/ready-made.ts'
import { putRole as put } from '../role-store.ts'
import { roleView } from '../role-view.ts'

export const putRole: OwnHandler<'PutRole'> = async (input, ctx) => {
  const policy = policyOf(input, ctx)
  const trusted = input.TrustedIssuers ?? []
  for (const issuer of trusted) checkIssuer(ctx, issuer)
  const settings = {
    description: input.Description ?? null,
    policy,
    tags: input.Tags ?? {},
    trusted_issuers: trusted,
  }
  const role = await put(ctx.db, input.RoleName, settings, ctx.clock.now())
  if (!role) throw new InvalidParameter(`A role has the name ${input.RoleName} in upper or lower case.`)
  return { Role: roleView(ctx.config, role) }
}

function checkIssuer(ctx: RequestContext, { Issuer: issuer }: TrustedIssuer): void {
  if (!isProviderUrl(ctx, issuer) || issuer.includes('?'))
    throw new InvalidParameter(
      `${issuer} is no issuer: it must be the https address of a server that this one may call.`,
    )
  if (poolOfIssuer(ctx, issuer) !== undefined)
    throw new InvalidParameter('Users of a pool of this installation get roles by the groups of the operators’ pool.')
}

function policyOf(input: OwnInput<'PutRole'>, { config }: RequestContext): string {
  const { PolicyDocument: document, ReadyMadePolicy: readyMade, UserPoolIds: poolIds = [] } = input
  if ((document === undefined) === (readyMade === undefined))
    throw new InvalidParameter('Either PolicyDocument or ReadyMadePolicy must be there.')
  if (poolIds.length > 0 !== (readyMade !== undefined && isOfPools(readyMade)))
    throw new InvalidParameter('UserPoolIds go with the ready-made policies help-desk, developer and importer.')
  const policy = document ?? readyMadePolicy(config, readyMade!, poolIds)
  try {
    parsePolicy(policy)
  } catch (error) {
    if (error instanceof MalformedPolicy) throw new InvalidParameter(error.message, { field: 'PolicyDocument' })
    throw error
  }
  return policy
}
