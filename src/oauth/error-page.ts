import type { ParameterizedContext } from 'koa'

/** How an error looks that can't be told to the app, since it is not known which app it is. */
export type RenderError = (koa: ParameterizedContext, page: { title: string; text: string }) => void | Promise<void>

export const plainError: RenderError = (koa, { title, text }) => {
  koa.type = 'text/plain; charset=utf-8'
  koa.body = `${title}\n${text}\n`
}

/** The heading that the service shows over every refusal of this kind. */
const title = 'An error was encountered with the requested page.'

export async function showError(
  koa: ParameterizedContext,
  render: RenderError,
  text: string,
  status = 400,
): Promise<void> {
  koa.set('Cache-Control', 'no-store')
  koa.status = status
  await render(koa, { title, text })
  koa.status = status
}
