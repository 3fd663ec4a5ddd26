import type { Context } from '../context.ts'
import { AccessDenied } from '../model/errors.ts'
import { shapeNamed } from '../model/model.ts'
import { isReadOnly } from './audit/record.ts'
import { type ConditionValues, tagValues } from './policy/condition-keys.ts'
import { judge, type Verdict } from './policy/judge.ts'
import { everyHelpDeskAction } from './policy/ready-made.ts'
import type { Found } from './principals/find-principal.ts'
import { roleArn } from './principals/principal.ts'

/** A call whose input is not validated yet; a name that is not a string is refused there. */
export interface AskedCall {
  /** Such as `cognito-idp:AdminGetUser`. */
  action: string
  input: unknown
  /** The region that the call was signed for. */
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

/** Operations about the caller itself, which everybody may call. */
const ofEverybody = new Set(['poolhouse:ListAllowedActions'])

/**
 * A call's input without undeclared members, which the handler never sees. Otherwise a caller could add the member by
 * which another operation names its resource, and mislead the policy.
 */
export function knownInput(operation: { input: string }, json: unknown): Record<string, unknown> {
  const shape = shapeNamed(operation.input)
  if (shape.type !== 'structure' || typeof json !== 'object' || json === null) return {}
  return Object.fromEntries(Object.entries(json).filter(([name]) => Object.hasOwn(shape.members, name)))
}

/** @throws AccessDeniedException in the service's words, unless the policy allows the call */
export function authorize(ctx: Pick<Context, 'config' | 'clock'>, found: Found, call: AskedCall): void {
  if (ofEverybody.has(call.action)) return
  const refusal = refusalOf(ctx, found, call)
  if (!refusal) return
  const { verdict, action, resource } = refusal
  const reason =
    verdict === 'denied'
      ? 'with an explicit deny in an identity-based policy'
      : `because no identity-based policy allows the ${action} action`
  const about = action === call.action ? '' : `, which ${call.action} needs in the operators' pool`
  throw new AccessDenied(
    `User: ${found.principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}${about}`,
  )
}

/** Whether the policy allows the call; the root has no policy and may do everything. */
export const isAllowed = (ctx: Pick<Context, 'config' | 'clock'>, found: Found, call: AskedCall): boolean =>
  refusalOf(ctx, found, call) === undefined

interface Refusal {
  verdict: Exclude<Verdict, 'allowed'>
  action: string
  resource: string
}

function refusalOf({ config, clock }: Pick<Context, 'config' | 'clock'>, found: Found, call: AskedCall) {
  const { policy } = found.principal
  if (!policy) return undefined
  const values = valuesOf(found, call, clock.now())
  const demands = [{ action: call.action, resource: resourceOf(config, call) }]
  if (found.isOfOperators && makesOperators(call.action)) demands.push({ action: choosingOperators, resource: '*' })
  for (const demand of demands) {
    const verdict = judge([policy], { ...demand, values })
    if (verdict !== 'allowed') return { verdict, ...demand } satisfies Refusal
  }
}

/** Whoever may call these can take any identity, and so may do everything. */
const choosingOperators = 'poolhouse:SetOperatorsPool'

const harmless = new Set(everyHelpDeskAction)

/**
 * Changes to the operators' pool can make somebody an operator: by a group with a role, another user's password, a
 * provider, a trigger, a client. A policy for all pools does not include that.
 */
const makesOperators = (action: string): boolean =>
  !harmless.has(action) && action !== choosingOperators && !isReadOnly(action.slice(action.indexOf(':') + 1))

/** These name a pool but are about the installation: permission for the pool is not enough. */
const ofInstallation = new Set([choosingOperators])

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
