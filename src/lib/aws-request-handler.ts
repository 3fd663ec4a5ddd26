import { callOutbound } from './outbound.ts'

const callLimit = 30_000

export interface HttpRequest {
  protocol: string
  hostname: string
  port?: number
  path: string
  query?: Record<string, string | string[] | null>
  method: string
  headers: Record<string, string>
  body?: unknown
}

/**
 * The request handler of all AWS SDK clients, with the same limits on time, size and addresses as other outbound calls.
 */
export const awsRequestHandler = (limits: { maxBytes: number; allowPrivateAddresses: boolean }) => ({
  async handle(request: HttpRequest, { abortSignal }: { abortSignal?: unknown } = {}) {
    const limit = AbortSignal.timeout(callLimit)
    const signal = abortSignal instanceof AbortSignal ? AbortSignal.any([abortSignal, limit]) : limit
    const { method, headers } = request
    const call = { method, headers, body: request.body as string | Uint8Array | undefined }
    const answer = await callOutbound(urlOf(request), call, { ...limits, signal })
    const response = { statusCode: answer.status, headers: answer.headers as Record<string, string>, body: answer.body }
    return { response }
  },
})

function urlOf({ protocol, hostname, port, path, query = {} }: HttpRequest): URL {
  const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`)
  for (const [name, values] of Object.entries(query))
    for (const value of [values ?? ''].flat()) url.searchParams.append(name, value)
  return url
}
