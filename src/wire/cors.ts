import type { ParameterizedContext } from 'koa'

const exposed = 'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date'

/** Browsers of any origin may call the API: what authorises a call is in it, never in a cookie. */
export function allowEveryOrigin(call: ParameterizedContext): void {
  call.set('Access-Control-Allow-Origin', '*')
  call.set('Access-Control-Expose-Headers', exposed)
}

/** Clients send headers of many kinds, and `*` would not cover Authorization: what is asked for is allowed. */
export function answerPreflight(call: ParameterizedContext): void {
  const asked = call.get('access-control-request-headers')
  allowEveryOrigin(call)
  call.set('Access-Control-Allow-Methods', 'POST')
  call.set('Access-Control-Allow-Headers', /^[\w!#$%&'*+.^`|~, -]{1,4096}$/.test(asked) ? asked : '*')
  call.set('Access-Control-Max-Age', '172800')
  call.vary('Access-Control-Request-Headers')
  call.status = 200
  call.body = ''
}
