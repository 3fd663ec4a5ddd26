import type { ParameterizedContext } from 'koa'

export function refuseMethod(koa: ParameterizedContext, methods: string[]): void {
  koa.set('Allow', methods.join(', '))
  koa.status = 405
  koa.body = ''
}
