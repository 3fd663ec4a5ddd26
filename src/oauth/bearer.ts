import type { ParameterizedContext } from 'koa'
import type { Context } from '../context.ts'
import { holdsCertificate } from '../pool/tokens/client-certificate.ts'
import type { Confirmation } from '../pool/tokens/confirmation.ts'
import { confirmedBy, proofAlgorithms } from '../pool/tokens/dpop.ts'

/** The authentication scheme of tokens that are bound to a key. */
export const isProof = (koa: ParameterizedContext): boolean => /^DPoP /i.test(koa.get('authorization'))

/** For `WWW-Authenticate`, where a token or its proof is refused. */
export const challengeOf = (scheme: 'Bearer' | 'DPoP', error: string, description: string): string =>
  `${scheme} error="${error}", error_description="${description}"${algorithmsOf(scheme)}`

const algorithmsOf = (scheme: string) => (scheme === 'DPoP' ? `, algs="${proofAlgorithms.join(' ')}"` : '')

export const tokenForm = /^[\w.~+/-]{1,16384}=*$/

/** The access token in the header. */
export function bearerIn(koa: ParameterizedContext): string | undefined {
  const [, token] = /^(?:Bearer|DPoP) +([^ ]+) *$/i.exec(koa.get('authorization')) ?? []
  return token && tokenForm.test(token) ? token : undefined
}

/** For `ctx.confirms`: a key is proven by the scheme DPoP alone. */
export const confirmedIn = (ctx: Context, koa: ParameterizedContext) =>
  isProof(koa)
    ? confirmedBy(ctx, koa)
    : async (of: Confirmation): Promise<boolean> => of.jkt === undefined && holdsCertificate(koa, of)
