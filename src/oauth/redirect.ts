import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { isOn } from '../model/extensions.ts'
import type { Client } from '../pool/clients/client.ts'
import { type Pool, poolIssuer } from '../pool/pools/pool.ts'
import { signedAnswer } from '../pool/tokens/signed-answer.ts'
import { type Answer, sendForm } from './answer-form.ts'

/** The address exactly as it was registered, with the answer added. Undefined members are left out. */
export function appUrl(redirectUri: string, answer: Answer, as = '?'): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) query.set(name, String(value))
  if (as === '#') return `${redirectUri}#${query}`
  return `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query}`
}

/** The parameters of a request that decide how the app is answered. */
export interface AppTarget {
  redirect_uri: string
  response_type?: string
  response_mode?: string
  state?: string
}

/** Who answers. */
interface Answerer {
  ctx: Context
  pool: Pool
  client: Client
}

/**
 * Sends the browser to the app with the answer: in the fragment where the app requested tokens, else in the query, or
 * by a form where it requested that.
 */
export async function answerTo(
  koa: ParameterizedContext,
  { ctx, pool, client }: Answerer,
  target: AppTarget,
  answer: Answer,
  status: 302 | 303 = 302,
): Promise<void> {
  const { redirect_uri, state } = target
  const iss = isOn('IssuerParameter', pool, client) ? poolIssuer(ctx, pool) : undefined
  const isSigned = isOn('JwtResponses', pool, client) && isJwtMode(target.response_mode)
  const plain = { ...answer, state }
  const all = isSigned ? { response: await signedAnswer(ctx, pool, client, plain) } : { ...plain, iss }
  const mode = responseMode(isSigned ? unsigned(target) : target, isSigned || isOn('ResponseTypes', pool, client))
  if (mode === 'form_post') sendForm(koa, redirect_uri, all)
  else sendTo(koa, appUrl(redirect_uri, all, mode === 'fragment' ? '#' : '?'), status)
}

/** Each is one of the plain modes with a signature (JARM); `jwt` is the usual one. */
export const jwtModes = ['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt']

export const isJwtMode = (mode: string | undefined): boolean => mode !== undefined && jwtModes.includes(mode)

const unsigned = (target: AppTarget): AppTarget => ({ ...target, response_mode: target.response_mode?.split('.')[0] })

type ResponseMode = 'query' | 'fragment' | 'form_post'

function responseMode({ response_type, response_mode }: AppTarget, hasMore: boolean): ResponseMode {
  if (!hasMore) return response_type === 'token' ? 'fragment' : 'query'
  const gives = (what: string) => response_type?.split(' ').includes(what)
  const usual = gives('token') || gives('id_token') ? 'fragment' : 'query'
  return response_mode === 'form_post' || response_mode === 'fragment' ? response_mode : usual
}

export const refusalAnswer = ({ error, description }: Refusal): Answer => ({ error, error_description: description })

/** The error that an app is answered with. */
export interface Refusal {
  error: string
  description?: string
}

/** Keeps the address out of the body, caches and the next page's referrer. */
export function sendTo(koa: ParameterizedContext, url: string, status: 302 | 303 = 302): void {
  koa.status = status
  koa.set('Location', url)
  koa.set('Cache-Control', 'no-store')
  koa.set('Referrer-Policy', 'no-referrer')
  koa.type = 'text/plain'
  koa.body = ''
}
