/**
 * Surface 1: AWS JSON 1.1. What is checked, in this order:
 *
 *    1. POST with a target of ours           else 404, as on the service
 *    2. the operation exists                 UnknownOperationException
 *    3. the content type is AWS JSON         else 404
 *    4. the body is within its limit         RequestEntityTooLargeException; reading stops at the limit
 *    5. the body is JSON                     SerializationException
 *    6. the call is signed (IAM operations)  in dev also: by a page or host of our own; see dev-origin, sigv4
 *    7. the input fits the model             SerializationException, InvalidParameterException; see model/validate
 *    8. the operation has a handler          NotImplementedException
 *
 * The handler begins with the pool and client that this node remembers for the call; see pool/clients/owner.
 * Everything else is the handler's: whether pool, client, user and token exist and may do this.
 */
import { randomUUID } from 'node:crypto'
import type { Middleware, ParameterizedContext } from 'koa'
import type { Context, RequestContext } from '../context.ts'
import {
  BodyTimeout,
  BodyTooLarge,
  ClientGone,
  bodyTimeout as defaultBodyTimeout,
  readBody,
} from '../lib/request-body.ts'
import {
  InternalError,
  NotImplemented,
  RequestEntityTooLarge,
  RequestTimeout,
  ResourceNotFound,
  Serialization,
  ServiceError,
  TooManyRequests,
  MissingAuthenticationToken as Unsigned,
} from '../model/errors.ts'
import { allOperations, type Operation, signingName, targetPrefix } from '../model/model.ts'
import { serializeOutput } from '../model/serialize.ts'
import { parseInput } from '../model/validate.ts'
import { withOwner } from '../pool/clients/client.ts'
import type { Handlers, OperationName } from '../pool/handler.ts'
import { callInRegion } from '../pool/replicas/secondary.ts'
import { isDatabaseUnavailable, retryAfter } from '../store/unavailable.ts'
import { allowEveryOrigin, answerPreflight } from './cors.ts'
import { foreignNameFinder, requireOwnName } from './dev-origin.ts'
import { type ErrorAnswer, errorAnswer, headerSafe, isProtocolError, unroutable } from './error-answer.ts'
import { describeFailure } from './failure.ts'
import { createVerifier, type VerifySignature } from './sigv4.ts'

export interface Answered {
  operation: OperationName
  status: number
  /** The type of the error, if it was one. */
  type?: string
  milliseconds: number
}

export interface WireOptions {
  /** Called once for every call of a known operation that was answered. */
  onAnswered?: (answered: Answered) => void
  /** A handler threw an error that its operation does not declare: the caller is answered, but it is a defect. */
  onUndeclaredError?: (operation: OperationName, error: ServiceError) => void
  /** Dev only: called before each handler; what it throws is the answer. */
  intercept?: (operation: OperationName) => Promise<void>
  /** Throws where there are too many calls of a kind; what it answers counts the call for its user, once that is known. */
  admit?: (operation: OperationName, input: object) => Context['countUser']
  /** Whether a pool has a replica in another region than the installation's. */
  isReplicaRegion?: (region: string) => Promise<boolean>
  /** How long a body may take to arrive, in milliseconds. */
  bodyTimeout?: number
}

type Call = ParameterizedContext
type AnyHandler = (input: unknown, ctx: RequestContext) => Promise<unknown>

const mediaType = 'application/x-amz-json-1.1'
const accepted = /^application\/x-amz-json-1\.[01] *(;|$)/i

const bodyLimit = 1024 * 1024
/** Their images are part of the input. */
const largeBodyLimit = 2 * 1024 * 1024
const largeBodies = new Set<OperationName>([
  'CreateManagedLoginBranding',
  'UpdateManagedLoginBranding',
  'SetUICustomization',
])

/** Answers `POST /` and its preflight; other paths and methods go on to what comes next, if anything does. */
export function createWire(ctx: Context, handlers: Handlers, options: WireOptions = {}): Middleware {
  const { config } = ctx
  const operations = new Map(allOperations.map((operation) => [`${targetPrefix}.${operation.name}`, operation]))
  const verify = createVerifier({ credentials: config.credentials, region: config.region, service: signingName })
  const isOurs = options.isReplicaRegion ?? (async () => false)
  const verifiers = new Map<string, VerifySignature>()
  const foreignName = config.mode === 'dev' ? foreignNameFinder(config) : undefined
  const bodyTimeout = options.bodyTimeout ?? defaultBodyTimeout

  return async (call, next) => {
    if (call.path !== '/') return next()
    if (call.method === 'OPTIONS') return answerPreflight(call)
    if (call.method !== 'POST') {
      await next()
      if (call.status === 404 && call.body === undefined) answer(call, unroutable)
      return
    }

    const requestId = randomUUID()
    allowEveryOrigin(call)
    call.set('x-amzn-RequestId', requestId)
    const target = call.get('x-amz-target')
    const operation = operations.get(target)
    if (!operation) {
      return target.startsWith(`${targetPrefix}.`)
        ? answerError(call, { type: 'UnknownOperationException', message: '' })
        : answer(call, unroutable)
    }
    if (!accepted.test(call.get('content-type'))) return answer(call, unroutable)

    const started = performance.now()
    let type: string | undefined
    try {
      answer(call, { status: 200, body: await run(operation, call, requestId) })
    } catch (thrown) {
      if (thrown instanceof ClientGone) {
        call.respond = false
        return
      }
      const error = thrown instanceof ServiceError ? thrown : unexpected(operation, thrown, requestId)
      type = error.type
      const declared = operation.errors.includes(type)
      if (!declared && !isProtocolError(type) && !('injected' in error)) reportUndeclared(operation, error, requestId)
      if (type === 'RequestTimeoutException') call.set('Connection', 'close')
      answerError(call, error, declared)
      if (isDatabaseUnavailable(thrown)) answerLater(call)
    }
    options.onAnswered?.({
      operation: operation.name,
      status: call.status,
      type,
      milliseconds: performance.now() - started,
    })
  }

  async function run(operation: Operation, call: Call, requestId: string): Promise<string> {
    const limit = largeBodies.has(operation.name) ? largeBodyLimit : bodyLimit
    const body = await readBody(call.req, limit, bodyTimeout).catch(refuseBody(limit))
    const json = parseJson(body)
    const signer = operation.access === 'iam' ? authorize(call, body, await verifierFor(call)) : undefined
    const input = parseInput(operation, json)

    const handler = handlers[operation.name] as AnyHandler | undefined
    if (!handler) throw new NotImplemented(`${operation.name} is not implemented.`)
    const countUser = options.admit?.(operation.name, input)
    await options.intercept?.(operation.name)
    const region = signer?.region ?? (await regionOfHost(call))
    const asked: RequestContext = {
      ...ctx,
      requestId,
      clientAddress: call.ip,
      userAgent: call.get('user-agent') || undefined,
      principal: signer && {
        accessKeyId: signer.accessKeyId,
        arn: `arn:aws:iam::${config.accountId}:user/${signer.accessKeyId}`,
      },
      region,
      countUser,
    }
    const output =
      region === undefined || region === config.region
        ? await withOwner(asked, (input as { ClientId?: string }).ClientId, (owned) => handler(input, owned))
        : await callInRegion(handlers, operation.name, input as object, { ...asked, region })
    return serializeOutput(operation, output)
  }

  /** Other regions than that of the installation exist where a pool has a replica there. */
  async function verifierFor(call: Call): Promise<VerifySignature> {
    const region = /\/\d{8}\/([a-z]{2}(?:-[a-z]+)+-\d)\//.exec(call.get('authorization').slice(0, 512))?.[1]
    if (region === undefined || region === config.region || !(await isOurs(region))) return verify
    let other = verifiers.get(region)
    if (!other) {
      other = createVerifier({ credentials: config.credentials, region, service: signingName })
      verifiers.set(region, other)
    }
    return other
  }

  /** Calls that nobody signs name their region, if at all, by the host they go to. */
  async function regionOfHost(call: Call): Promise<string | undefined> {
    const region = /^cognito-idp\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(call.host)?.[1]
    return region && region !== config.region && (await isOurs(region)) ? region : undefined
  }

  function authorize(call: Call, body: Buffer, check: VerifySignature) {
    const { req } = call
    if (req.headers.authorization === undefined) throw new Unsigned()
    if (foreignName) requireOwnName(foreignName({ host: req.headers.host, origin: req.headers.origin }))
    const request = {
      method: 'POST',
      url: req.url ?? '/',
      host: call.host,
      headers: req.headers,
      distinct: () => req.headersDistinct,
      body,
    }
    return check(request, Date.now())
  }

  function unexpected(operation: Operation, thrown: unknown, requestId: string): ServiceError {
    const lost = lostRace(thrown)
    if (lost && operation.errors.includes(lost.type)) return lost
    const failure = describeFailure(thrown, config.mode === 'dev')
    if (isDatabaseUnavailable(thrown))
      ctx.log.warn({ operation: operation.name, requestId, failure }, 'a call was refused: the database is unavailable')
    else ctx.log.error({ operation: operation.name, requestId, failure }, 'an operation failed')
    return operation.errors.includes('InternalServerException')
      ? new ServiceError('InternalServerException', new InternalError().message)
      : new InternalError()
  }

  function reportUndeclared(operation: Operation, error: ServiceError, requestId: string): void {
    const { type, reason, field } = error
    ctx.log.error(
      { operation: operation.name, requestId, type, reason, field },
      'an operation threw an undeclared error',
    )
    options.onUndeclaredError?.(operation.name, error)
  }
}

/** A call that met another at the database: what it wrote to was deleted meanwhile, or one of two had to give way. */
function lostRace(thrown: unknown): ServiceError | undefined {
  switch ((thrown as { code?: unknown } | undefined)?.code) {
    case '23503': // foreign_key_violation
      return new ResourceNotFound('The resource was deleted while the request was under way.')
    case '40001': // serialization_failure
    case '40P01': // deadlock_detected
      return new TooManyRequests()
    default:
      return undefined
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    // The service says no more than the type.
    throw new Serialization('')
  }
}

function answer(call: Call, { status, body }: ErrorAnswer): void {
  call.status = status
  call.set('Content-Type', mediaType)
  call.body = body
}

/** Every SDK sends a call again that was answered like this, whatever the type of the error. */
function answerLater(call: Call): void {
  call.status = 503
  call.set('Retry-After', String(retryAfter))
}

function answerError(call: Call, error: Pick<ServiceError, 'type' | 'message'>, declared = false): void {
  call.set('x-amzn-ErrorType', `${error.type}:`)
  if (error.message !== '') call.set('x-amzn-ErrorMessage', headerSafe(error.message))
  answer(call, errorAnswer(error, declared))
}

const refuseBody = (limit: number) => (error: unknown) => {
  if (error instanceof BodyTooLarge) throw new RequestEntityTooLarge(`HTTP content length exceeded ${limit} bytes.`)
  if (error instanceof BodyTimeout) throw new RequestTimeout()
  throw error
}
