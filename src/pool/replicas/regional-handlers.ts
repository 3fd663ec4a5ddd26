import { isDeepStrictEqual } from 'node:util'
import type { RequestContext } from '../../context.ts'
import { InvalidParameter, UserPoolTagging } from '../../model/errors.ts'
import type { RegionalSettings } from '../../model/settings.ts'
import type { Handlers } from '../handler.ts'
import { checkLogConfigurations } from '../log-delivery/log-rules.ts'
import { lambdaConfig } from '../pools/lambda-config.ts'
import { type Pool, requirePool } from '../pools/pool.ts'
import { mfaConfigView } from '../pools/pool-view.ts'
import { regionalMembers } from '../pools/replica.ts'
import { checkTags, taggedPoolId } from '../tags/tag-rules.ts'
import { everyClient, requireProtection } from '../threat-protection/risk-config.ts'
import { findRiskConfig } from '../threat-protection/risk-config-store.ts'
import { lockReplica, updateReplica } from './replica-store.ts'

/** Operations that change the region instead of the pool. All other members must have their present values. */
export const regionalHandlers: Handlers = {
  async UpdateUserPool(input, ctx) {
    const { UserPoolId, PoolName, ...received } = input
    const pool = await requirePool(ctx, UserPoolId!)
    if (PoolName !== undefined && PoolName !== pool.name) throw inPrimary('PoolName')
    const present: Record<string, unknown> = pool.settings
    const isRegional = (name: string) => (regionalMembers as readonly string[]).includes(name)
    for (const [name, value] of Object.entries(received))
      if (value !== undefined && !isRegional(name) && !agrees(value, present[name])) throw inPrimary(name)
    checkTags(ctx, input.UserPoolTags ?? {}, UserPoolTagging)
    await changeRegion(ctx, pool.id, (settings) => ({
      ...settings,
      ...(input.EmailConfiguration && { EmailConfiguration: input.EmailConfiguration }),
      ...(input.SmsConfiguration && { SmsConfiguration: input.SmsConfiguration }),
      ...(input.LambdaConfig && { LambdaConfig: lambdaConfig(input.LambdaConfig) }),
      ...(input.UserPoolTags && { UserPoolTags: input.UserPoolTags }),
    }))
    return {}
  },

  async SetUserPoolMfaConfig(input, ctx) {
    const pool = await requirePool(ctx, input.UserPoolId!)
    const { UserPoolId: _, SmsMfaConfiguration: sms, ...rest } = input
    const present: Record<string, unknown> = mfaConfigView(pool.settings)
    const common = { ...rest, SmsMfaConfiguration: sms && { ...sms, SmsConfiguration: undefined } }
    for (const [name, value] of Object.entries(common))
      if (value !== undefined && !agrees(value, present[name])) throw inPrimary(name)
    const SmsConfiguration = sms?.SmsConfiguration
    if (SmsConfiguration) await changeRegion(ctx, pool.id, (settings) => ({ ...settings, SmsConfiguration }))
    return mfaConfigView({ ...pool.settings, ...(SmsConfiguration && { SmsConfiguration }) })
  },

  async SetLogDeliveryConfiguration(input, ctx) {
    const pool = await requirePool(ctx, input.UserPoolId!)
    const LogConfigurations = input.LogConfigurations!
    checkLogConfigurations(ctx, pool, LogConfigurations)
    await changeRegion(ctx, pool.id, (settings) => ({ ...settings, logs: LogConfigurations }))
    return { LogDeliveryConfiguration: { UserPoolId: pool.id, LogConfigurations } }
  },

  async SetRiskConfiguration(input, ctx) {
    const { UserPoolId, ClientId, ...received } = input
    const pool = await requirePool(ctx, UserPoolId!)
    requireProtection(pool)
    const found = await findRiskConfig(ctx.db, pool.id, ClientId ?? everyClient)
    const { SourceArn, From } = received.AccountTakeoverRiskConfiguration?.NotifyConfiguration ?? {}
    const common = withSender(received, undefined)
    if (!isDeepStrictEqual(plain(common), plain(withSender(found?.settings ?? {}, undefined))))
      throw inPrimary('The risk configuration')
    const notify = { SourceArn, From }
    await changeRegion(ctx, pool.id, (settings) => ({ ...settings, notify }))
    return { RiskConfiguration: { UserPoolId, ClientId, ...received, LastModifiedDate: ctx.clock.now() } }
  },

  async DescribeRiskConfiguration({ UserPoolId, ClientId }, ctx) {
    const pool = await requirePool(ctx, UserPoolId!)
    requireProtection(pool)
    const found = await findRiskConfig(ctx.db, pool.id, ClientId ?? everyClient)
    const settings = withSender(found?.settings ?? {}, ctx.regional?.settings.notify)
    return { RiskConfiguration: { UserPoolId, ClientId, ...settings, LastModifiedDate: found?.updatedAt } }
  },

  async TagResource(input, ctx) {
    await changeTags(ctx, input.ResourceArn!, (tags) => ({ ...tags, ...input.Tags }))
    return {}
  },

  async UntagResource(input, ctx) {
    const keeps = ([key]: [string, string]) => !input.TagKeys!.includes(key)
    await changeTags(ctx, input.ResourceArn!, (tags) => Object.fromEntries(Object.entries(tags).filter(keeps)))
    return {}
  },
}

const inPrimary = (what: string) => new InvalidParameter(`${what} can only be changed in the primary region.`)

async function changeRegion(
  { db, region }: RequestContext,
  poolId: string,
  change: (settings: RegionalSettings) => RegionalSettings,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const replica = await lockReplica(trx, poolId, region!)
    if (replica) await updateReplica(trx, replica, { settings: change(replica.settings) })
  })
}

async function changeTags(
  ctx: RequestContext,
  arn: string,
  change: (tags: Record<string, string>) => Record<string, string>,
): Promise<void> {
  const pool: Pool = await requirePool(ctx, taggedPoolId(ctx, arn))
  await changeRegion(ctx, pool.id, (settings) => {
    const UserPoolTags = change(settings.UserPoolTags ?? {})
    checkTags(ctx, UserPoolTags, InvalidParameter)
    return { ...settings, UserPoolTags }
  })
}

type Risk = Parameters<NonNullable<Handlers['SetRiskConfiguration']>>[0]

function withSender<Given extends Pick<Risk, 'AccountTakeoverRiskConfiguration'>>(
  received: Given,
  sender: RegionalSettings['notify'],
): Given {
  const takeover = received.AccountTakeoverRiskConfiguration
  if (!takeover?.NotifyConfiguration) return received
  const { SourceArn, From, ...words } = takeover.NotifyConfiguration
  const NotifyConfiguration = { ...words, SourceArn: sender?.SourceArn, From: sender?.From }
  return { ...received, AccountTakeoverRiskConfiguration: { ...takeover, NotifyConfiguration } }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Whether the members that are set have their present values. */
function agrees(received: unknown, present: unknown): boolean {
  if (typeof received !== 'object' || received === null || Array.isArray(received))
    return isDeepStrictEqual(received, present)
  const known = (present ?? {}) as Record<string, unknown>
  return Object.entries(received).every(([name, value]) => value === undefined || agrees(value, known[name]))
}
