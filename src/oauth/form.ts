import type { IncomingMessage } from 'node:http'
import type { ParameterizedContext } from 'koa'
import { OAuthError } from './oauth-error.ts'

/** What an app posts: each parameter once. */
export type Form = ReadonlyMap<string, string>

const usualLimit = 64 * 1024
const timeout = 30_000

/** @throws OAuthError invalid_request for anything but one short form */
export async function readForm(koa: ParameterizedContext, limit = usualLimit): Promise<Form> {
  if (!koa.is('application/x-www-form-urlencoded')) throw new OAuthError('invalid_request')
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(await readText(koa.req, limit))) {
    if (form.has(name)) throw new OAuthError('invalid_request')
    form.set(name, value)
  }
  return form
}

/** Keeps no more than the limit. What comes after it is read and thrown away, so that the client can be told. */
export function readText(request: IncomingMessage, limit = usualLimit): Promise<string> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    let size = 0
    const refuse = () => {
      clearTimeout(timer)
      chunks = []
      if (size > 16 * limit) request.destroy()
      reject(new OAuthError('invalid_request'))
    }
    const timer = setTimeout(() => {
      request.destroy()
      refuse()
    }, timeout)
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > limit) refuse()
      else chunks.push(chunk)
    })
    request.on('end', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString())
    })
    request.on('error', refuse)
    request.on('close', refuse)
  })
}
