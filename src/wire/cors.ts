import type { ParameterizedContext } from 'koa'

export const exposed = 'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date'

/** Browsers of any origin may call the API: a call is authorized by its content, never by a cookie. */
export function allowEveryOrigin(call: ParameterizedContext): void {
  call.set('Access-Control-Allow-Origin', '*')
  call.set('Access-Control-Expose-Headers', exposed)
}

/** `*` would not cover Authorization, so the requested headers are allowed by name. */
export function answerPreflight(call: ParameterizedContext): void {
  const requested = call.get('access-control-request-headers')
  allowEveryOrigin(call)
  call.set('Access-Control-Allow-Methods', 'POST')
  call.set('Access-Control-Allow-Headers', /^[\w!#$%&'*+.^`|~, -]{1,4096}$/.test(requested) ? requested : '*')
  call.set('Access-Control-Max-Age', '172800')
  call.vary('Access-Control-Request-Headers')
  call.status = 200
  call.body = ''
}
