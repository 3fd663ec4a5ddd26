/** The part of STS's query API that SDKs, the CLI and Terraform need: caller identity and temporary credentials. */
import { randomUUID } from 'node:crypto'
import type { Middleware, ParameterizedContext } from 'koa'
import { type Found, findPrincipal } from '../administration/principals/find-principal.ts'
import type { Context } from '../context.ts'
import type { CallerLimits } from '../lib/caller-limits.ts'
import { networkOf } from '../lib/client-address.ts'
import { BodyTimeout, BodyTooLarge, ClientGone, readBody } from '../lib/request-body.ts'
import { factsOf } from '../lib/request-facts.ts'
import { MissingAuthenticationToken, ServiceError } from '../model/errors.ts'
import { describeFailure } from '../wire/failure.ts'
import { createSignatureReader } from '../wire/sigv4.ts'
import { assumeRole, getSessionToken } from './assume-role.ts'
import { assumeRoleWithWebIdentity } from './assume-role-with-web-identity.ts'
import { StsError, stsErrorOf } from './sts-error.ts'
import type { Caller } from './temporary-credentials.ts'
import { errorXml, resultXml, type XmlTree } from './xml.ts'

const bodyLimit = 64 * 1024
/** SDKs that use the global endpoint always sign for this region. */
export const globalRegion = 'us-east-1'

type SignedAction = (ctx: Context, form: URLSearchParams, signer: Found, caller: Caller) => XmlTree | Promise<XmlTree>

const signedActions: Record<string, SignedAction> = {
  AssumeRole: assumeRole,
  GetCallerIdentity: ({ config }, _form, { principal }) => ({
    Arn: principal.arn,
    UserId: principal.userId,
    Account: config.accountId,
  }),
  GetSessionToken: getSessionToken,
}

export const stsActions = [...Object.keys(signedActions), 'AssumeRoleWithWebIdentity']

/** Calls of the JSON API come by here, so the header is looked at before it is parsed. */
const isForm = (call: ParameterizedContext): boolean =>
  /^ *application\/x-www-form/i.test(call.get('content-type')) && Boolean(call.is('application/x-www-form-urlencoded'))

/** Answers `POST /` with a form; passes other requests on. */
export function createSts(ctx: Context, limits?: CallerLimits): Middleware {
  const readers = new Map(
    [ctx.config.region, globalRegion].map((region) => [region, createSignatureReader({ region, service: 'sts' })]),
  )

  return async (call, next) => {
    if (call.path !== '/' || call.method !== 'POST' || !isForm(call)) return next()
    const requestId = randomUUID()
    factsOf(call).requestId = requestId
    call.set('x-amzn-RequestId', requestId)
    call.set('Content-Type', 'text/xml')
    call.set('Cache-Control', 'no-store')
    let form: URLSearchParams | undefined
    try {
      // This call needs no signature, so anybody can make the server verify tokens.
      if (limits && !limits.take('address', networkOf(call.ip)).allowed)
        throw new StsError('Throttling', 'Rate exceeded')
      const body = await readBody(call.req, bodyLimit)
      form = new URLSearchParams(body.toString())
      const action = form.get('Action') ?? ''
      call.body = resultXml(action, await answer(action, form, call, body, requestId), requestId)
    } catch (error) {
      if (error instanceof ClientGone) {
        call.respond = false
        return
      }
      const { code, message, status } = refusalOf(error, requestId)
      call.status = status
      call.body = errorXml(code, message, requestId)
      const reason = error instanceof ServiceError ? error.reason : undefined
      factsOf(call).sts = { form, code, message, reason }
    }
  }

  function refusalOf(error: unknown, requestId: string): StsError {
    if (isBodyFault(error)) return new StsError('ValidationError', 'The body is too long.')
    const known = stsErrorOf(error)
    if (!known) ctx.log.error({ failure: describeFailure(error, false), requestId }, 'a call of STS failed')
    return known ?? new StsError('InternalFailure', 'Internal failure.', 500)
  }

  async function answer(
    action: string,
    form: URLSearchParams,
    call: ParameterizedContext,
    body: Buffer,
    requestId: string,
  ): Promise<XmlTree> {
    const caller = { clientAddress: call.ip, userAgent: call.get('user-agent') || undefined, requestId }
    if (action === 'AssumeRoleWithWebIdentity') return assumeRoleWithWebIdentity(ctx, form, caller)
    const signed = Object.hasOwn(signedActions, action) ? signedActions[action] : undefined
    if (!signed)
      throw new StsError('InvalidAction', `Could not find operation ${action.slice(0, 64)} for version 2011-06-15`)
    return signed(ctx, form, await signer(call, body), caller)
  }

  async function signer(call: ParameterizedContext, body: Buffer) {
    const { req } = call
    if (req.headers.authorization === undefined) throw new MissingAuthenticationToken()
    const isGlobal = req.headers.authorization.includes(`/${globalRegion}/sts/`)
    const read = readers.get(isGlobal ? globalRegion : ctx.config.region)!
    const signature = read(
      {
        method: 'POST',
        url: req.url ?? '/',
        host: call.host,
        headers: req.headers,
        distinct: () => req.headersDistinct,
        body,
      },
      Date.now(),
    )
    return findPrincipal(ctx, signature, undefined)
  }
}

const isBodyFault = (error: unknown) => error instanceof BodyTooLarge || error instanceof BodyTimeout
