import type { KoaContextWithOIDC } from 'oidc-provider'
import { ssoMinutes } from '../pool/sessions/session-config.ts'
import type { AcrLevel, Proven } from '../pool/tokens/proven.ts'
import { reaches } from './assurance.ts'
import { type EngineRun, runOf } from './engine-run.ts'
import { unpackProven } from './session.ts'

/** The signed-in user of the browser that makes a request. */
interface SignedIn extends EngineRun {
  userId: string
  proven: Proven
  /** Milliseconds since they signed in. */
  age: number
  params: Record<string, unknown>
}

interface Reason {
  /** For the engine's refusals and logs. */
  name: string
  description: string
  holds(at: SignedIn): boolean | Promise<boolean>
}

/** Why a signed-in user has to sign in again, in the order in which the reasons are checked. */
export const signInReasons: Reason[] = [
  {
    name: 'max_age',
    description: 'the sign-in is too long ago',
    holds: ({ params: { oldest }, age }) => oldest !== undefined && age > Number(oldest) * 1000,
  },
  {
    name: 'subject',
    description: 'somebody else is asked for',
    holds: ({ params: { subject }, userId }) => subject !== undefined && subject !== userId,
  },
  {
    name: 'acr',
    description: 'more has to be proven',
    async holds({ ctx, pool, userId, proven, params: { levels } }) {
      if (levels === undefined) return false
      return !(await reaches(ctx, pool, { userId, proven }, String(levels).split(' ').map(Number) as AcrLevel[]))
    },
  },
  {
    name: 'provider',
    description: 'another provider is asked for',
    holds: ({ provider, proven }) => !!provider && !proven.factors.some((factor) => factor.provider === provider),
  },
  {
    name: 'session_age',
    description: 'this app asks anew by now',
    holds: ({ pool, client, age }) => age >= ssoMinutes(pool, client.id) * 60_000,
  },
]

/** False for a user who has just signed in, which settles all of them. */
export async function reasonHolds({ holds }: Reason, koa: KoaContextWithOIDC): Promise<boolean> {
  const { session, result, params } = koa.oidc
  if (result?.login || !session?.accountId) return false
  const run = runOf(koa)
  run.proven ??= unpackProven(session.amr)
  const { proven } = run
  const age = run.ctx.clock.now().getTime() - proven.at
  return holds({ ...run, userId: session.accountId, proven, age, params: params ?? {} })
}
