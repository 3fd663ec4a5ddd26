/**
 * Previews the login pages of an app client with another Settings document: every page, in light and dark mode, on
 * desktop and phone. It is opened by a one-time link created on the command line and holds no administrator
 * credentials. It can only display pages and export the edited document; it never changes a style.
 */
import { readFile } from 'node:fs/promises'
import type { Middleware, ParameterizedContext } from 'koa'
import type { Context } from '../../context.ts'
import { devBar } from '../../lib/dev-bar.ts'
import { installed } from '../../lib/installed.ts'
import { InvalidParameter } from '../../model/errors.ts'
import { previewPath } from '../../pool/branding/preview-link.ts'
import { findPreviewPicture, listPreviewPictures } from '../../pool/branding/preview-picture-store.ts'
import { savePreviewSettings } from '../../pool/branding/preview-store.ts'
import { type PartialSettings, readSettings } from '../../pool/branding/settings.ts'
import { sendPicture } from '../branding/serve-branding.ts'
import { languageOf } from '../language.ts'
import { type Form, FormRefused, readForm } from '../read-form.ts'
import { renderError, showPage } from '../show.ts'
import { languages } from '../texts/texts.ts'
import type { Scene } from '../views/page-view.ts'
import { editorPage } from './editor-page.ts'
import { brandIn, type Look, lookOf, picturesPath, type Scheme, themeIn } from './look.ts'
import { addPicture, exportedStyle, readUpload, removePicture } from './pictures.ts'
import { currentSession, isOwnForm, openLink, type PreviewSession } from './session.ts'
import { previewStates } from './states.ts'

export function createPreview(ctx: Context): Middleware {
  return async (koa, next) => {
    if (koa.path !== previewPath && !koa.path.startsWith(`${previewPath}/`)) return next()
    // Pool domains belong to the users of the pools. In development the server has many names.
    if (ctx.config.mode === 'serve' && koa.host !== new URL(ctx.config.publicUrl).host) return next()
    setHeaders(koa)
    try {
      await route(ctx, koa)
    } catch (error) {
      if (!(error instanceof FormRefused)) throw error
      const text = error.status === 413 ? 'The document is too large.' : 'This is no form of the preview.'
      await renderError(koa, { status: error.status, title: 'Branding', text })
      setHeaders(koa)
    }
  }
}

type Route = (ctx: Context, koa: ParameterizedContext, session: PreviewSession, look: Look) => void | Promise<void>

/** By path below the preview's. Other paths are those of pictures, and of the pages in their themes. */
const routes: Record<string, Route> = {
  '': (ctx, koa, session, look) => showEditor(ctx, koa, session, look, documentOf(session, look)),
  '/settings': takeSettings,
  '/pictures': takePicture,
  '/export.json': (ctx, koa, session, look) => exportStyle(ctx, koa, session, documentOf(session, look)),
  '/preview.css': sendFile,
  '/preview.js': sendFile,
}
const forms = new Set(['/settings', '/pictures'])

async function route(ctx: Context, koa: ParameterizedContext): Promise<void> {
  const path = pathBelow(koa)
  const method = forms.has(path) ? 'POST' : 'GET'
  // A HEAD must not consume the link.
  if (koa.method !== method) {
    koa.set('Allow', method)
    return refuse(koa, 405, 'This method is not answered here.')
  }
  const token = queryOf(koa, 'token')
  if (path === '' && token) return enter(ctx, koa, token)
  const session = await currentSession(ctx, koa)
  const look = session && (await lookOf(ctx, session))
  if (!session || !look) return refuse(koa, 403, 'Open it by a new link: poolhouse branding preview --pool ID')

  if (Object.hasOwn(routes, path)) return routes[path]!(ctx, koa, session, look)
  if (koa.path.startsWith(picturesPath)) return showPicture(ctx, koa, session)
  return showPageOrTheme(koa, look)
}

const pathBelow = (koa: ParameterizedContext): string => koa.path.slice(previewPath.length)

async function enter(ctx: Context, koa: ParameterizedContext, token: string): Promise<void> {
  const formToken = await openLink(ctx, koa, { poolId: queryOf(koa, 'pool'), token })
  if (formToken === undefined) return refuse(koa, 403, 'The link was used before, or is older than ten minutes.')
  if (wantsJson(koa)) {
    koa.body = { formToken, pages: pageLabels(), languages: languages.map(({ tag }) => tag) }
    return
  }
  koa.status = 303
  koa.redirect(previewPath)
}

const pageLabels = () => Object.entries(previewStates).map(([name, { label }]) => ({ name, label }))

/** The console, which has an editor of its own. */
const wantsJson = (koa: ParameterizedContext): boolean => koa.accepts('html', 'json') === 'json'

async function sendFile(_ctx: Context, koa: ParameterizedContext): Promise<void> {
  const path = pathBelow(koa)
  koa.type = path.slice(path.indexOf('.'))
  koa.body = await readFile(installed(`views/preview${path}`))
}

async function showPicture({ db }: Context, koa: ParameterizedContext, session: PreviewSession): Promise<void> {
  const [hash = ''] = koa.path.slice(picturesPath.length).split('.')
  const picture = await findPreviewPicture(db, session, hash)
  if (!picture || !sendPicture(koa, picture, 'no-store')) await refuse(koa, 404, 'There is no such picture.')
}

async function showPageOrTheme(koa: ParameterizedContext, look: Look): Promise<void> {
  const [, kind, name, scheme] = /^\/(page|theme)(?:\/([a-z-]+))?\/(light|dark)(?:\.css)?$/.exec(pathBelow(koa)) ?? []
  if (kind === 'theme' && !name) {
    koa.type = 'css'
    koa.body = themeIn(look, scheme as Scheme)
    return
  }
  const state = kind === 'page' && name && Object.hasOwn(previewStates, name) ? name : undefined
  return state ? showState(koa, look, state, scheme as Scheme) : refuse(koa, 404, 'There is no such page.')
}

async function takeSettings(
  ctx: Context,
  koa: ParameterizedContext,
  session: PreviewSession,
  look: Look,
): Promise<void> {
  const form = await readForm(koa)
  if (!isOwnForm(koa, session, form('_csrf'))) return refuse(koa, 403, 'The form is of another session.')
  const read = readDocument(form)
  if ('problem' in read) {
    koa.status = 400
    if (wantsJson(koa)) koa.body = { message: read.problem }
    else showEditor(ctx, koa, session, look, form('settings'), read.problem)
    return
  }
  await savePreviewSettings(ctx.db, session, read.settings)
  if (wantsJson(koa)) {
    koa.status = 204
    return
  }
  koa.status = 303
  koa.redirect(previewPath)
}

/** The form includes the document being edited, so no edits are lost. */
async function takePicture(
  ctx: Context,
  koa: ParameterizedContext,
  session: PreviewSession,
  look: Look,
): Promise<void> {
  const upload = await readUpload(koa)
  const { field } = upload
  if (!isOwnForm(koa, session, field('_csrf'))) return refuse(koa, 403, 'The form is of another session.')
  const read = readDocument(field)
  try {
    if ('problem' in read) throw new InvalidParameter(read.problem)
    await savePreviewSettings(ctx.db, session, read.settings)
    if (field('remove')) await removePicture(ctx, session, field('remove'))
    else await addPicture(ctx, session, upload, read.settings)
  } catch (error) {
    if (!(error instanceof InvalidParameter)) throw error
    koa.status = 400
    if (wantsJson(koa)) koa.body = { message: error.message }
    else showEditor(ctx, koa, session, look, field('settings'), error.message)
    return
  }
  if (wantsJson(koa)) {
    koa.status = 204
    return
  }
  koa.status = 303
  koa.redirect(previewPath)
}

function readDocument(form: Form): { settings: PartialSettings } | { problem: string } {
  try {
    return { settings: readSettings(JSON.parse(form('settings'))) }
  } catch (error) {
    if (error instanceof InvalidParameter || error instanceof SyntaxError) return { problem: error.message }
    throw error
  }
}

const documentOf = ({ settings }: PreviewSession, look: Look): PartialSettings => settings ?? look.settings

function showEditor(
  { config }: Context,
  koa: ParameterizedContext,
  session: PreviewSession,
  { pool, client, pictures }: Look,
  document: PartialSettings | string,
  problem?: string,
): void {
  koa.type = 'html'
  const text = typeof document === 'string' ? document : JSON.stringify(document, null, 2)
  const providers = (client.settings.SupportedIdentityProviders ?? []).filter((name) => name !== 'COGNITO')
  const bar = config.mode === 'dev' ? devBar('branding', config.console) : undefined
  koa.body = editorPage(session, { document: text, poolName: pool.name, providers, pictures, problem, bar })
}

/** Renders a page with its real template and view model, but without its script. */
async function showState(koa: ParameterizedContext, look: Look, name: string, scheme: Scheme): Promise<void> {
  const { pool, client } = look
  const language = languageOf(koa)
  const brand = brandIn(look, scheme)
  const scene: Scene = {
    t: language.t,
    lang: language.tag,
    pool,
    client,
    brand,
    managed: true,
    parameters: {},
    state: {},
    flash: { page: 'login' },
    link: () => '#',
    signInWith: () => '#',
    form: () => ({ action: '#', token: '', uid: '' }),
  }
  const { template, view } = previewStates[name]!
  const shown = { ...(await view(scene)), scripts: [] }
  await showPage(koa, { template, view: shown, base: `/${pool.id}`, language, brand })
  // A framed page must not take the focus, and the policy blocks its scripts.
  koa.body = String(koa.body)
    .replaceAll(' autofocus', '')
    .split('\n')
    .filter((line) => !line.startsWith('<script '))
    .join('\n')
  setHeaders(koa, { framed: true })
}

async function exportStyle(
  { db }: Context,
  koa: ParameterizedContext,
  session: PreviewSession,
  settings: PartialSettings,
): Promise<void> {
  const style = exportedStyle(session, settings, await listPreviewPictures(db, session))
  koa.attachment('branding.json')
  koa.type = 'json'
  koa.body = JSON.stringify(style, null, 2)
}

async function refuse(koa: ParameterizedContext, status: number, text: string): Promise<void> {
  if (wantsJson(koa)) {
    koa.status = status
    koa.body = { message: text }
    return
  }
  await renderError(koa, { status, title: 'Branding', text })
  setHeaders(koa)
}

/** The editor may load only its own script, and the pages it frames none. */
function setHeaders(koa: ParameterizedContext, { framed = false } = {}): void {
  koa.set({
    'Content-Security-Policy': [
      "default-src 'none'",
      ...(framed ? [] : ["script-src 'self'", "connect-src 'self'", "frame-src 'self'"]),
      "style-src 'self'",
      "img-src 'self' data:",
      `form-action ${framed ? "'none'" : "'self'"}`,
      `frame-ancestors ${framed ? "'self'" : "'none'"}`,
      "base-uri 'none'",
    ].join('; '),
    'X-Frame-Options': framed ? 'SAMEORIGIN' : 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  })
}

function queryOf(koa: ParameterizedContext, name: string): string {
  const value = koa.query[name]
  return (Array.isArray(value) ? value[0] : value) ?? ''
}
