/**
 * Surface 1: AWS JSON 1.1, of the user pools' service and our own. What is checked, in this order:
 *
 *    1. POST with a known target              else 404, as on the service
 *    2. the operation exists                 UnknownOperationException
 *    3. the content type is AWS JSON         else 404
 *    4. the body is within its limit         RequestEntityTooLargeException; reading stops at the limit
 *    5. the body is JSON                     SerializationException
 *    6. the call is signed (IAM operations)  in dev also: not from a foreign website; see dev-origin, sigv4
 *    7. the signer may do this               AccessDeniedException; see administration/authorize
 *
 * From there on the call goes through the door that the pages use as well; see pool/call-operation.
 * Everything else is the handler's: whether pool, client, user and token exist and may do this.
 */
import { randomUUID } from 'node:crypto'
import type { Middleware, ParameterizedContext } from 'koa'
import type { Audit } from '../administration/audit/audit-call.ts'
import { authorize, knownInput, poolIdOf } from '../administration/authorize.ts'
import type { Found } from '../administration/principals/find-principal.ts'
import type { Context, RequestContext } from '../context.ts'
import { networkOf } from '../lib/client-address.ts'
import { BodyTimeout, BodyTooLarge, bodyTimeout as defaultBodyTimeout, readBody } from '../lib/request-body.ts'
import { factsOf } from '../lib/request-facts.ts'
import { RequestEntityTooLarge, RequestTimeout, Serialization } from '../model/errors.ts'
import { serializeOutput } from '../model/serialize.ts'
import { type CalledOperation, callOperation } from '../pool/call-operation.ts'
import type { OperationName } from '../pool/handler.ts'
import type { CallableService } from '../pool/services.ts'
import { confirmedBy } from '../pool/tokens/dpop.ts'
import { answer, answerOutput, answerUnknownOperation, openAnswer } from './answer.ts'
import { answerPreflight } from './cors.ts'
import { unroutable } from './error-answer.ts'
import { createFindSigner, type FindSigner, regionOfHost } from './find-signer.ts'
import { notePresumedSubject, observeCall } from './observe-call.ts'
import { admitCaller, refuse } from './refuse.ts'
import type { Call, Wire, WireOptions } from './wire.ts'

const accepted = /^application\/x-amz-json-1\.[01] *(;|$)/i

const bodyLimit = 1024 * 1024
/** For operations whose input contains images. */
const largeBodyLimit = 2 * 1024 * 1024
const largeBodies = new Set<string>(['CreateManagedLoginBranding', 'UpdateManagedLoginBranding', 'SetUICustomization'])

/** Answers `POST /` and its preflight; other paths and methods are passed on. */
export function createWire(ctx: Context, services: readonly CallableService[], options: WireOptions = {}): Middleware {
  const wire: Wire = { ctx, options }
  const operations = operationsByTarget(services)
  const findSigner = createFindSigner(wire)

  return async (koa, next) => {
    if (koa.path !== '/') return next()
    if (koa.method === 'OPTIONS') return answerPreflight(koa)
    if (koa.method !== 'POST') return passOn(koa, next)

    const requestId = randomUUID()
    factsOf(koa).requestId = requestId
    const target = koa.get('x-amz-target')
    const called = operations.get(target)
    if (called && accepted.test(koa.get('content-type')))
      return answerCall(wire, { ...called, koa, requestId }, findSigner)
    openAnswer(koa, requestId)
    if (called) answer(koa, unroutable)
    else refuseTarget(koa, services, target)
  }
}

const operationsByTarget = (services: readonly CallableService[]): Map<string, CalledOperation> =>
  new Map(
    services.flatMap((service) =>
      service.model.operations.map((operation) => [
        `${service.model.targetPrefix}.${operation.name}`,
        { service, operation },
      ]),
    ),
  )

/** If no other middleware answers, the answer is the service's. */
async function passOn(koa: ParameterizedContext, next: () => Promise<unknown>): Promise<void> {
  await next()
  if (koa.status === 404 && koa.body === undefined) answer(koa, unroutable)
}

function refuseTarget(koa: ParameterizedContext, services: readonly CallableService[], target: string): void {
  const isKnownService = services.some(({ model }) => target.startsWith(`${model.targetPrefix}.`))
  if (isKnownService) answerUnknownOperation(koa)
  else answer(koa, unroutable)
}

async function answerCall(wire: Wire, call: Call, findSigner: FindSigner): Promise<void> {
  const { koa, operation } = call
  const started = performance.now()
  let type: string | undefined
  try {
    answerOutput(koa, call.requestId, await run(wire, call, findSigner))
  } catch (thrown) {
    type = await refuse(wire, call, thrown)
    if (type === undefined) return
  }
  observeCall(wire.ctx, factsOf(koa), operation.name, type)
  wire.options.onAnswered?.({
    operation: operation.name,
    status: koa.status,
    type,
    milliseconds: performance.now() - started,
  })
}

async function run(wire: Wire, call: Call, findSigner: FindSigner): Promise<string> {
  const { koa, operation } = call
  admitAddress(wire, call)
  const body = await readBodyOf(wire, call)
  const json = parseJson(body)
  factsOf(koa).input = json
  notePresumedSubject(wire.ctx, factsOf(koa), operation.name, json)
  return operation.access === 'iam' ? runSigned(wire, call, body, json, findSigner) : runOperation(wire, call, json, {})
}

/** Signed calls are not limited in number, but an address that sends bad signatures is refused for a while. */
function admitAddress({ options: { limits } }: Wire, { koa, operation }: Call): void {
  if (!limits) return
  const network = networkOf(koa.ip)
  admitCaller(operation.access === 'iam' ? limits.look('address', network) : limits.take('address', network))
}

function readBodyOf({ options }: Wire, { koa, operation }: Call): Promise<Buffer> {
  const limit = largeBodies.has(operation.name) ? largeBodyLimit : bodyLimit
  return readBody(koa.req, limit, options.bodyTimeout ?? defaultBodyTimeout).catch((error) => {
    if (error instanceof BodyTooLarge) throw new RequestEntityTooLarge(`HTTP content length exceeded ${limit} bytes.`)
    if (error instanceof BodyTimeout) throw new RequestTimeout()
    throw error
  })
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    // The service returns only the type.
    throw new Serialization('')
  }
}

/** The signer of the call, if it is signed. */
interface Signature {
  signer?: Found
  region?: string
  audit?: Audit
}

/** The audit gets every signed call, refused or not. */
async function runSigned(wire: Wire, call: Call, body: Buffer, json: unknown, findSigner: FindSigner): Promise<string> {
  const { koa, service, operation, requestId } = call
  const known = knownInput(operation, json)
  const poolId = poolIdOf({ input: known })
  const { region, signer } = await findSigner(call, body, poolId)
  const audit = wire.options.audit?.({
    service: service.model.signingName,
    operation,
    principal: signer.principal,
    poolId,
    region,
    clientAddress: koa.ip,
    userAgent: koa.get('user-agent') || undefined,
    requestId,
  })
  try {
    const action = `${service.model.signingName}:${operation.name}`
    authorize(wire.ctx, signer, { action, input: known, region, clientAddress: koa.ip })
    return await runOperation(wire, call, json, { signer, region, audit })
  } catch (error) {
    await audit?.fail(error)
    throw error
  }
}

async function runOperation(wire: Wire, call: Call, json: unknown, signature: Signature): Promise<string> {
  const output = await callOperation(call, json, {
    enter: (input) => enter(wire, call, input, signature),
    leave: async (output) => signature.audit?.end(output),
    onUndeclaredError: wire.options.onUndeclaredError,
  })
  return serializeOutput(call.operation, output)
}

/** Counts a call whose input is valid, and adds it to the audit. */
async function enter(
  wire: Wire,
  call: Call,
  input: object,
  { signer, region, audit }: Signature,
): Promise<RequestContext> {
  const { ctx, options } = wire
  const { koa, service, operation, requestId } = call
  if (!signer) admitClient(wire, input)
  const countUser = options.admit?.(operation.name as OperationName, input)
  await options.intercept?.(operation.name as OperationName)
  const db = await audit?.begin(input)
  const facts = factsOf(koa)
  facts.attempt = undefined
  // Set one by one: what follows a spread in a literal takes the engine's slow path.
  const request: RequestContext = { ...ctx, requestId, clientAddress: koa.ip }
  if (db) request.db = db
  request.facts = facts
  request.userAgent = koa.get('user-agent') || undefined
  request.principal = signer?.principal
  const other = region === undefined && service.isRegional ? regionOfHost(wire, call) : undefined
  request.region = region ?? (other && (await other))
  request.countUser = countUser
  request.confirms = (confirmation, token) => {
    openAnswer(koa, requestId)
    return confirmedBy(ctx, koa)(confirmation, token)
  }
  return request
}

function admitClient({ options: { limits } }: Wire, input: { ClientId?: unknown }): void {
  if (limits && typeof input.ClientId === 'string') admitCaller(limits.take('client', input.ClientId))
}
