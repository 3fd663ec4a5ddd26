/**
 * Surface 1: AWS JSON 1.1, of the user pools' service and our own. What is checked, in this order:
 *
 *    1. POST with a target of ours           else 404, as on the service
 *    2. the operation exists                 UnknownOperationException
 *    3. the content type is AWS JSON         else 404
 *    4. the body is within its limit         RequestEntityTooLargeException; reading stops at the limit
 *    5. the body is JSON                     SerializationException
 *    6. the call is signed (IAM operations)  in dev also: by a page or host of our own; see dev-origin, sigv4
 *    7. the signer may do this               AccessDeniedException; see administration/authorize
 *
 * From there on the call goes through the door that the pages use as well; see pool/call-operation.
 * Everything else is the handler's: whether pool, client, user and token exist and may do this.
 */
import { randomUUID } from 'node:crypto'
import type { Middleware, ParameterizedContext } from 'koa'
import type { Audit } from '../administration/audit/audit-call.ts'
import type { AuditedCall } from '../administration/audit/record.ts'
import { authorize, poolIdOf } from '../administration/authorize.ts'
import { type Found, findPrincipal } from '../administration/principals/find-principal.ts'
import type { Context, RequestContext } from '../context.ts'
import type { CallerLimits, Standing } from '../lib/caller-limits.ts'
import { networkOf } from '../lib/client-address.ts'
import { QueueFull } from '../lib/fair-queue.ts'
import {
  BodyTimeout,
  BodyTooLarge,
  ClientGone,
  bodyTimeout as defaultBodyTimeout,
  readBody,
} from '../lib/request-body.ts'
import { factsOf } from '../lib/request-facts.ts'
import {
  InternalError,
  RequestEntityTooLarge,
  RequestTimeout,
  Serialization,
  ServiceError,
  TooManyRequests,
  MissingAuthenticationToken as Unsigned,
} from '../model/errors.ts'
import type { Operation as ModelOperation } from '../model/model.ts'
import { serializeOutput } from '../model/serialize.ts'
import { type CalledOperation, callOperation } from '../pool/call-operation.ts'
import type { OperationName } from '../pool/handler.ts'
import type { CallableService } from '../pool/services.ts'
import { confirmedBy } from '../pool/tokens/dpop.ts'
import { isDatabaseUnavailable, retryAfter } from '../store/unavailable.ts'
import { allowEveryOrigin, answerPreflight } from './cors.ts'
import { foreignNameFinder, requireOwnName } from './dev-origin.ts'
import { type ErrorAnswer, errorAnswer, headerSafe, unroutable } from './error-answer.ts'
import { describeFailure } from './failure.ts'
import { notePresumedSubject, observeCall } from './observe-call.ts'
import { createSignatureReader, type ReadSignature, type ReadSignatureOf } from './sigv4.ts'

type Operation = ModelOperation<string>

export interface Answered {
  operation: string
  status: number
  /** The type of the error, if it was one. */
  type?: string
  milliseconds: number
}

export interface WireOptions {
  /** Called once for every call of a known operation that was answered. */
  onAnswered?: (answered: Answered) => void
  /** A handler threw an error that its operation does not declare: the caller is answered, but it is a defect. */
  onUndeclaredError?: (operation: string, error: ServiceError) => void
  /** Dev only: called before each handler; what it throws is the answer. */
  intercept?: (operation: OperationName) => Promise<void>
  /** Throws where there are too many calls of a kind; what it answers counts the call for its user, once that is known. */
  admit?: (operation: OperationName, input: object) => Context['countUser']
  /** Whether a pool has a replica in another region than the installation's. */
  isReplicaRegion?: (region: string) => Promise<boolean>
  /** Records signed calls. */
  audit?: (call: AuditedCall) => Audit
  /** Counts the calls of each address and client. */
  limits?: CallerLimits
  /** How long a body may take to arrive, in milliseconds. */
  bodyTimeout?: number
}

type Call = ParameterizedContext

/** What is known of a call before its input is: of its signer, where it is signed. */
interface Known {
  requestId: string
  signer?: Found
  region?: string
  audit?: Audit
}

const mediaType = 'application/x-amz-json-1.1'
const accepted = /^application\/x-amz-json-1\.[01] *(;|$)/i

const badSignatureCost = 5
const bodyLimit = 1024 * 1024
/** Their images are part of the input. */
const largeBodyLimit = 2 * 1024 * 1024
const largeBodies = new Set<string>(['CreateManagedLoginBranding', 'UpdateManagedLoginBranding', 'SetUICustomization'])

/** Answers `POST /` and its preflight; other paths and methods go on to what comes next, if anything does. */
export function createWire(ctx: Context, services: readonly CallableService[], options: WireOptions = {}): Middleware {
  const { config } = ctx
  const operations = new Map(
    services.flatMap((service) =>
      service.model.operations.map((operation) => [
        `${service.model.targetPrefix}.${operation.name}`,
        { service, operation },
      ]),
    ),
  )
  const isOurs = options.isReplicaRegion ?? (async () => false)
  const signatureReaders = new Map<string, ReadSignatureOf>()
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
    const called = operations.get(target)
    if (!called) {
      return services.some(({ model }) => target.startsWith(`${model.targetPrefix}.`))
        ? answerError(call, { type: 'UnknownOperationException', message: '' })
        : answer(call, unroutable)
    }
    if (!accepted.test(call.get('content-type'))) return answer(call, unroutable)

    const { operation } = called
    const started = performance.now()
    let type: string | undefined
    try {
      answer(call, { status: 200, body: await run(called, call, requestId) })
    } catch (failure) {
      const thrown = failure instanceof QueueFull ? new CallerThrottled({ retryAfter }) : failure
      if (thrown instanceof CallerThrottled) await options.limits?.holdBack()
      if (thrown instanceof ClientGone) {
        call.respond = false
        return
      }
      const error = thrown instanceof ServiceError ? thrown : unexpected(operation, thrown, requestId)
      type = error.type
      factsOf(call).refusal = error
      const declared = operation.errors.includes(type)
      if (error instanceof CallerThrottled) call.set('Retry-After', String(error.retryAfter))
      if (type === 'RequestTimeoutException') call.set('Connection', 'close')
      answerError(call, error, declared)
      if (isDatabaseUnavailable(thrown)) answerLater(call)
    }
    observeCall(ctx, factsOf(call), operation.name, type)
    options.onAnswered?.({
      operation: operation.name,
      status: call.status,
      type,
      milliseconds: performance.now() - started,
    })
  }

  async function run({ service, operation }: CalledOperation, call: Call, requestId: string): Promise<string> {
    const { limits } = options
    const network = limits && networkOf(call.ip)
    // Who may sign is not held to a number; whoever can't soon is.
    if (limits)
      admitCaller(operation.access === 'iam' ? limits.look('address', network!) : limits.take('address', network!))
    const limit = largeBodies.has(operation.name) ? largeBodyLimit : bodyLimit
    const body = await readBody(call.req, limit, bodyTimeout).catch(refuseBody(limit))
    const json = parseJson(body)
    factsOf(call).input = json
    notePresumedSubject(ctx, factsOf(call), operation.name, json)
    if (operation.access !== 'iam') return answerCall({ service, operation }, json, call, { requestId })

    const poolId = poolIdOf({ input: json })
    const { region, signer } = await authenticate(service, call, body, poolId)
    const audit = options.audit?.({
      service: service.model.signingName,
      operation,
      principal: signer.principal,
      poolId,
      region,
      clientAddress: call.ip,
      userAgent: call.get('user-agent') || undefined,
      requestId,
    })
    try {
      authorizeCall(signer, { service, operation }, json, region, call)
      return await answerCall({ service, operation }, json, call, { requestId, signer, region, audit })
    } catch (error) {
      await audit?.fail(error)
      throw error
    }
  }

  async function answerCall(called: CalledOperation, json: unknown, call: Call, known: Known): Promise<string> {
    const output = await callOperation(called, json, {
      enter: (input) => enter(called, input, call, known),
      leave: async (output) => known.audit?.end(output),
      onUndeclaredError: options.onUndeclaredError,
    })
    return serializeOutput(called.operation, output)
  }

  /** Counts and records a call whose input is valid. */
  async function enter(
    { service, operation }: CalledOperation,
    input: object,
    call: Call,
    { requestId, signer, region, audit }: Known,
  ): Promise<RequestContext> {
    const { ClientId } = input as { ClientId?: unknown }
    if (options.limits && !signer && typeof ClientId === 'string') admitCaller(options.limits.take('client', ClientId))
    const countUser = options.admit?.(operation.name as OperationName, input)
    await options.intercept?.(operation.name as OperationName)
    await audit?.begin(input)
    const facts = factsOf(call)
    facts.attempt = undefined
    return {
      ...ctx,
      requestId,
      facts,
      clientAddress: call.ip,
      userAgent: call.get('user-agent') || undefined,
      principal: signer?.principal,
      region: region ?? (service.isRegional ? await regionOfHost(call) : undefined),
      countUser,
      confirms: confirmedBy(ctx, call),
    }
  }

  function authorizeCall(
    signer: Found,
    { service, operation }: CalledOperation,
    input: unknown,
    region: string,
    call: Call,
  ) {
    const action = `${service.model.signingName}:${operation.name}`
    authorize(ctx, signer, { action, input, region, clientAddress: call.ip })
  }

  /** Calls that nobody signs name their region, if at all, by the host they go to. */
  async function regionOfHost(call: Call): Promise<string | undefined> {
    const region = /^cognito-idp\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(call.host)?.[1]
    return region && region !== config.region && (await isOurs(region)) ? region : undefined
  }

  /** Who signed the call. What is not signed right costs its address what several calls do. */
  async function authenticate(service: CallableService, call: Call, body: Buffer, poolId: string | undefined) {
    try {
      const signature = await readSignature(service, call, body)
      return { region: signature.region, signer: await findPrincipal(ctx, signature, poolId) }
    } catch (refused) {
      if (refused instanceof ServiceError) options.limits?.take('address', networkOf(call.ip), badSignatureCost)
      throw refused
    }
  }

  /** @throws the refusals of a signature that isn't there, or has not the form, time or scope that it should have */
  async function readSignature(service: CallableService, call: Call, body: Buffer): Promise<ReadSignature> {
    const { req } = call
    if (req.headers.authorization === undefined) throw new Unsigned()
    if (foreignName) requireOwnName(foreignName({ host: req.headers.host, origin: req.headers.origin }))
    const read = await signatureReaderFor(service, call)
    const request = {
      method: 'POST',
      url: req.url ?? '/',
      host: call.host,
      headers: req.headers,
      distinct: () => req.headersDistinct,
      body,
    }
    return read(request, Date.now())
  }

  async function signatureReaderFor({ model, isRegional }: CallableService, call: Call): Promise<ReadSignatureOf> {
    const named = /\/\d{8}\/([a-z]{2}(?:-[a-z]+)+-\d)\//.exec(call.get('authorization').slice(0, 512))?.[1]
    const isElsewhere = named !== undefined && named !== config.region && isRegional && (await isOurs(named))
    const region = isElsewhere ? named : config.region
    const name = `${model.signingName} ${region}`
    let reader = signatureReaders.get(name)
    if (!reader) {
      reader = createSignatureReader({ region, service: model.signingName })
      signatureReaders.set(name, reader)
    }
    return reader
  }

  function unexpected(operation: Operation, thrown: unknown, requestId: string): ServiceError {
    const failure = describeFailure(thrown, config.mode === 'dev')
    if (isDatabaseUnavailable(thrown))
      ctx.log.warn({ operation: operation.name, requestId, failure }, 'a call was refused: the database is unavailable')
    else ctx.log.error({ operation: operation.name, requestId, failure }, 'an operation failed')
    return operation.errors.includes('InternalServerException')
      ? new ServiceError('InternalServerException', new InternalError().message)
      : new InternalError()
  }
}

/** Too many calls of one address or client; any operation may meet it. */
class CallerThrottled extends TooManyRequests {
  readonly retryAfter: number

  constructor({ retryAfter }: Pick<Standing, 'retryAfter'>) {
    super()
    this.retryAfter = retryAfter
  }
}

function admitCaller(standing: Standing): void {
  if (!standing.allowed) throw new CallerThrottled(standing)
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
