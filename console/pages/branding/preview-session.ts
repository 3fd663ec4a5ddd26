/** The preview of the login pages, which the server renders with a style that is not saved; see docs/branding.md. */
import { ApiError } from '../../api/api-error.ts'
import { poolhouse } from '../../api/call.ts'
import { bytesOf, type Picture } from './pictures.ts'
import type { Tree } from './tree.ts'

const path = '/admin/branding'

export interface PreviewSession {
  formToken: string
  pages: { name: string; label: string }[]
  languages: string[]
}

/** For an hour, by a cookie of the browser. @throws ApiError */
export async function openPreview(UserPoolId: string, ClientId: string): Promise<PreviewSession> {
  const { Url } = await poolhouse('CreateBrandingPreview', { UserPoolId, ClientId })
  // By the name that this page has, under which the cookie is good.
  const { search } = new URL(Url!)
  return (await ask(path + search, {})).json()
}

export const previewAddress = (page: string, scheme: 'light' | 'dark', language: string): string =>
  `${path}/page/${page}/${scheme}?lang=${encodeURIComponent(language)}`

/** @throws ApiError that says what is wrong with the settings */
export async function showSettings({ formToken }: PreviewSession, settings: Tree): Promise<void> {
  const body = new URLSearchParams({ _csrf: formToken, settings: JSON.stringify(settings) })
  await ask(`${path}/settings`, { method: 'POST', body })
}

/** @throws ApiError for a picture that the API would refuse */
export async function showPicture({ formToken }: PreviewSession, settings: Tree, picture: Picture): Promise<void> {
  const form = pictureForm(formToken, settings)
  form.set('category', picture.Category!)
  form.set('mode', picture.ColorMode!)
  form.set('resource', picture.ResourceId ?? '')
  form.set('file', new Blob([bytesOf(picture.Bytes!)]))
  await ask(`${path}/pictures`, { method: 'POST', body: form })
}

/** @throws ApiError */
export async function hidePicture({ formToken }: PreviewSession, settings: Tree, picture: Picture): Promise<void> {
  const form = pictureForm(formToken, settings)
  form.set('remove', [picture.Category, picture.ColorMode, picture.ResourceId ?? ''].join('/'))
  await ask(`${path}/pictures`, { method: 'POST', body: form })
}

function pictureForm(formToken: string, settings: Tree): FormData {
  const form = new FormData()
  form.set('_csrf', formToken)
  form.set('settings', JSON.stringify(settings))
  return form
}

async function ask(address: string, request: RequestInit): Promise<Response> {
  const answer = await fetch(address, {
    ...request,
    headers: { accept: 'application/json' },
    credentials: 'same-origin',
    cache: 'no-store',
  }).catch(() => {
    throw new ApiError('Unreachable', 'The server can’t be reached.')
  })
  if (answer.ok) return answer
  const { message } = await answer.json().catch(() => ({ message: `The preview answered ${answer.status}.` }))
  throw new ApiError(answer.status === 403 ? 'PreviewEnded' : 'PreviewRefused', message, { status: answer.status })
}
