import type { IncomingMessage } from 'node:http'
import type { ParameterizedContext } from 'koa'
import { readBody } from '../lib/request-body.ts'
import { factsOf } from '../lib/request-facts.ts'
import { OAuthError } from './oauth-error.ts'

/** What an app posts: each parameter once. */
export type Form = ReadonlyMap<string, string>

const defaultLimit = 64 * 1024

/** @throws OAuthError invalid_request for anything but one short form */
export async function readForm(koa: ParameterizedContext, limit = defaultLimit): Promise<Form> {
  if (!koa.is('application/x-www-form-urlencoded')) throw new OAuthError('invalid_request')
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(await readText(koa.req, limit))) {
    if (form.has(name)) throw new OAuthError('invalid_request')
    form.set(name, value)
  }
  factsOf(koa).form = form
  return form
}

/** @throws OAuthError invalid_request for a body that is too long, too slow or cut short */
export async function readText(request: IncomingMessage, limit = defaultLimit): Promise<string> {
  const body = await readBody(request, limit).catch(() => {
    throw new OAuthError('invalid_request')
  })
  return body.toString()
}
