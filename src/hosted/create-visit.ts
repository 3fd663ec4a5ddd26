import type { ParameterizedContext } from 'koa'
import type { RequestContext } from '../context.ts'
import { type AuthorizationRequest, browserSession, pageQuery } from '../oauth/interaction.ts'
import { addressOf } from './begin.ts'
import { type Brand, loginVersion } from './branding/brand.ts'
import { formToken } from './csrf.ts'
import type { PageName } from './page-name.ts'
import { readPageState } from './page-state.ts'
import type { Language } from './texts/texts.ts'
import type { Visit } from './visit.ts'

export function createVisit(
  koa: ParameterizedContext,
  ctx: RequestContext,
  request: AuthorizationRequest,
  { t, tag }: Language,
  name: PageName,
  brand: Brand,
): Visit {
  const { pool, client, parameters, surface, uid } = request
  const state = readPageState(ctx, koa, request)
  const { flash } = state
  const link = (page: PageName) => addressOf(request, page)
  return {
    ctx: { ...ctx, owner: { pool, client, state: 'confirmed' }, language: tag },
    t,
    lang: tag,
    request,
    pool,
    client,
    brand,
    managed: loginVersion(ctx, pool, surface) === 2,
    parameters,
    state,
    flash: flash?.page === name ? flash : { page: name },
    link,
    session: () => browserSession(ctx, koa, surface),
    signInWith(provider) {
      const query = pageQuery(new URLSearchParams(parameters))
      query.set('identity_provider', provider)
      return `${surface.base}/oauth2/authorize?${query}`
    },
    form: (page) => ({ action: link(page), token: formToken(ctx, koa, { surface, uid, page }), uid }),
  }
}
