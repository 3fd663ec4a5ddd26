import { type Found, findPrincipal } from '../administration/principals/find-principal.ts'
import { networkOf } from '../lib/client-address.ts'
import { ServiceError, MissingAuthenticationToken as Unsigned } from '../model/errors.ts'
import { foreignNameFinder, requireOwnName } from './dev-origin.ts'
import { createSignatureReader, type ReadSignature, type ReadSignatureOf } from './sigv4.ts'
import type { Call, Wire } from './wire.ts'

const badSignatureCost = 5
const regionInScope = /\/\d{8}\/([a-z]{2}(?:-[a-z]+)+-\d)\//
const maxScopeLength = 512

/** Identifies the signer of a call, and the region it was signed for. */
export type FindSigner = (call: Call, body: Buffer, poolId: string | undefined) => Promise<Signed>

interface Signed {
  region: string
  signer: Found
}

/** A refused signature costs an address as much as several calls. */
export function createFindSigner({ ctx, options }: Wire): FindSigner {
  const { config } = ctx
  const readers = new Map<string, ReadSignatureOf>()
  const foreignName = config.mode === 'dev' ? foreignNameFinder(config) : undefined

  function readerFor({ service }: Call, region: string): ReadSignatureOf {
    const { signingName } = service.model
    const name = `${signingName} ${region}`
    const reader = readers.get(name) ?? createSignatureReader({ region, service: signingName })
    readers.set(name, reader)
    return reader
  }

  /** @throws if the signature is missing, or its format, time or scope is wrong */
  function readSignature(call: Call, body: Buffer, region: string): ReadSignature {
    const { req, host } = call.koa
    if (req.headers.authorization === undefined) throw new Unsigned()
    if (foreignName) requireOwnName(foreignName({ host: req.headers.host, origin: req.headers.origin }))
    const read = readerFor(call, region)
    const { url = '/', headers } = req
    return read({ method: 'POST', url, host, headers, distinct: () => req.headersDistinct, body }, Date.now())
  }

  return async (call, body, poolId) => {
    try {
      const other = regionOfScope({ ctx, options }, call)
      const signature = readSignature(call, body, (other && (await other)) ?? config.region)
      return { region: signature.region, signer: await findPrincipal(ctx, signature, poolId) }
    } catch (refused) {
      if (refused instanceof ServiceError) options.limits?.take('address', networkOf(call.koa.ip), badSignatureCost)
      throw refused
    }
  }
}

/** The region that a signature names, if it is another one and pools have replicas there. */
function regionOfScope(wire: Wire, { service, koa }: Call): Promise<string | undefined> | undefined {
  if (!service.isRegional) return undefined
  return otherRegion(wire, regionInScope.exec(koa.get('authorization').slice(0, maxScopeLength))?.[1])
}

/** Unsigned calls can select a region only by the host that they are sent to. */
export function regionOfHost(wire: Wire, { koa }: Call): Promise<string | undefined> | undefined {
  return otherRegion(wire, /^cognito-idp\.([a-z]{2}(?:-[a-z]+)+-\d)\./.exec(koa.host)?.[1])
}

function otherRegion({ ctx, options }: Wire, region: string | undefined): Promise<string | undefined> | undefined {
  if (region === undefined || region === ctx.config.region) return undefined
  return options.isReplicaRegion?.(region).then((isOne) => (isOne ? region : undefined))
}
