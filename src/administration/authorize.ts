import type { Context } from '../context.ts'
import { AccessDenied } from '../model/errors.ts'
import { type ConditionValues, tagValues } from './policy/condition-keys.ts'
import { judge } from './policy/judge.ts'
import type { Found } from './principals/find-principal.ts'
import { roleArn } from './principals/principal.ts'

/** A call before its input is validated: what is not a text here is refused there. */
export interface AskedCall {
  /** Such as `cognito-idp:AdminGetUser`. */
  action: string
  input: unknown
  /** The region that it was signed for. */
  region: string
  clientAddress: string
}

/** The pool that a call is about, where its input names one. */
export function poolIdOf({ input }: Pick<AskedCall, 'input'>): string | undefined {
  const id = textOf(input, 'UserPoolId')
  if (id !== undefined) return isPoolId(id) ? id : undefined
  const arn = textOf(input, 'ResourceArn')
  const named = arn?.slice(arn.lastIndexOf('/') + 1)
  return named !== undefined && isPoolId(named) ? named : undefined
}

const isPoolId = (text: string) => text.length <= 55 && /^[\w-]+_[0-9a-zA-Z]+$/.test(text)

/** What callers ask about themselves. */
const ofEverybody = new Set(['poolhouse:ListAllowedActions'])

/** @throws AccessDeniedException in the service's words, unless the policy allows the call */
export function authorize(ctx: Pick<Context, 'config' | 'clock'>, found: Found, call: AskedCall): void {
  if (ofEverybody.has(call.action)) return
  const verdict = verdictOn(ctx, found, call)
  if (verdict === 'allowed') return
  const { arn } = found.principal
  const resource = resourceOf(ctx.config, call)
  const reason =
    verdict === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${call.action} action`
  throw new AccessDenied(`User: ${arn} is not authorized to perform: ${call.action} on resource: ${resource} ${reason}`)
}

/** Whether the policy allows the call; the root has none, and may do everything. */
export function verdictOn({ config, clock }: Pick<Context, 'config' | 'clock'>, found: Found, call: AskedCall) {
  const { policy } = found.principal
  if (!policy) return 'allowed'
  const resource = resourceOf(config, call)
  return judge([policy], { action: call.action, resource, values: valuesOf(found, call, clock.now()) })
}

/** These name a pool, but are about the installation: who may do everything with the pool may not do them. */
const ofInstallation = new Set(['poolhouse:SetOperatorsPool'])

function resourceOf({ accountId }: { accountId: string }, call: AskedCall): string {
  const poolId = ofInstallation.has(call.action) ? undefined : poolIdOf(call)
  if (poolId !== undefined) return `arn:aws:cognito-idp:${call.region}:${accountId}:userpool/${poolId}`
  const role = /^(poolhouse|sts):/.test(call.action) ? textOf(call.input, 'RoleName') : undefined
  return role !== undefined && /^[\w+=,.@-]{1,64}$/.test(role) ? roleArn({ accountId }, role) : '*'
}

function valuesOf({ principal, poolTags }: Found, call: AskedCall, now: Date): ConditionValues {
  const requestTags = { ...tagsOf(call.input, 'Tags'), ...tagsOf(call.input, 'UserPoolTags') }
  const untagged = memberOf(call.input, 'TagKeys')
  const tagKeys = [...Object.keys(requestTags), ...(Array.isArray(untagged) ? untagged.filter(isText) : [])]
  const values: [string, string[]][] = [
    ['aws:sourceip', [call.clientAddress]],
    ['aws:currenttime', [now.toISOString()]],
    ['aws:epochtime', [String(Math.floor(now.getTime() / 1000))]],
    ['aws:userid', [principal.userId]],
    ['aws:principalarn', [principal.arn]],
    ['aws:requestedregion', [call.region]],
    ...tagValues('principal', principal.tags ?? {}),
    ...tagValues('resource', poolTags ?? {}),
    ...tagValues('request', requestTags),
  ]
  if (principal.hasMultiFactor !== undefined)
    values.push(['aws:multifactorauthpresent', [String(principal.hasMultiFactor)]])
  if (tagKeys.length > 0) values.push(['aws:tagkeys', tagKeys])
  return new Map(values)
}

const isText = (value: unknown): value is string => typeof value === 'string'

function memberOf(input: unknown, name: string): unknown {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, name)
    ? (input as Record<string, unknown>)[name]
    : undefined
}

function textOf(input: unknown, name: string): string | undefined {
  const value = memberOf(input, name)
  return isText(value) ? value : undefined
}

function tagsOf(input: unknown, name: string): Record<string, string> {
  const tags = memberOf(input, name)
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return {}
  return Object.fromEntries(Object.entries(tags).filter((entry): entry is [string, string] => isText(entry[1])))
}
