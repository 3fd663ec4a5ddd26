import { readdir, readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Middleware } from 'koa'
import type { Context } from '../context.ts'
import { escapeHtml } from '../lib/escape-html.ts'
import { installed } from '../lib/installed.ts'
import { devDocument, devPageHeaders } from './dev-page.ts'

const base = '/_poolhouse/docs/'

interface Doc {
  /** From the root of the repository: `docs/quickstarts/go.md`. */
  file: string
  url: string
  title: string
  text: string
}

/** The README and the documents of `docs/` as pages, for who has the server but not the repository at hand. */
export function createDocsPages(ctx: Context): Middleware {
  let read: Promise<Doc[]> | undefined
  return async (koa, next) => {
    if (koa.path === base.slice(0, -1)) return koa.redirect(base)
    if (!koa.path.startsWith(base) || !['GET', 'HEAD'].includes(koa.method)) return next()
    koa.set(devPageHeaders)
    read ??= readDocs()
    const docs = await read
    const doc = docs.find(({ url }) => url === koa.path)
    if (doc) {
      koa.type = 'html'
      koa.body = await docPage(doc, docs, ctx.config.console)
      return
    }
    const picture = /^images\/([\w-]+\.png)$/.exec(koa.path.slice(base.length))?.[1]
    if (!picture || !(await readdir(installed('docs/images/'))).includes(picture)) return next()
    koa.type = 'image/png'
    koa.body = await readFile(installed(`docs/images/${picture}`))
  }
}

async function readDocs(): Promise<Doc[]> {
  const names = (await readdir(installed('docs/'), { recursive: true })).filter((name) => name.endsWith('.md')).sort()
  return Promise.all(['README.md', ...names.map((name) => `docs/${name.replaceAll('\\', '/')}`)].map(readDoc))
}

async function readDoc(file: string): Promise<Doc> {
  const text = await readFile(installed(file), 'utf8')
  const firstLine = text.slice(0, text.indexOf('\n'))
  return { file, url: urlOf(file), title: firstLine.replace(/^# /, ''), text }
}

/** `docs/quickstarts/README.md` is the page of its folder, and the repository's own README that of all. */
const urlOf = (file: string) => base + file.replace(/^docs\//, '').replace(/(README)?\.md$/, '')

async function docPage(doc: Doc, docs: Doc[], hasConsole: boolean): Promise<string> {
  const { renderMarkdown } = await import('./markdown.ts')
  return devDocument({
    at: 'docs',
    title: doc.title,
    hasConsole,
    main: `<div class="docs">
<nav aria-label="Documents">${contents(doc, docs)}</nav>
<main class="text">
${renderMarkdown(doc.text, (link) => targetOf(link, doc, docs))}
</main>
</div>`,
  })
}

function contents(current: Doc, docs: Doc[]): string {
  const isQuickStart = ({ file }: Doc) => file.startsWith('docs/quickstarts/')
  const item = (doc: Doc) =>
    `<li><a href="${doc.url}"${doc === current ? ' aria-current="page"' : ''}>${escapeHtml(nameOf(doc))}</a></li>`
  const group = (title: string, listed: Doc[]) => `<h2>${title}</h2>\n<ul>\n${listed.map(item).join('\n')}\n</ul>`
  return `${group(
    'Documents',
    docs.filter((doc) => !isQuickStart(doc)),
  )}
${group('Quick starts', docs.filter(isQuickStart))}`
}

const nameOf = ({ file, title }: Doc) =>
  basename(file) === 'README.md' ? 'Overview' : (title.split(/[,:]/)[0] ?? title)

/** Where a link of a document leads; undefined for files that only the repository has. */
function targetOf(link: string, { file }: Doc, docs: Doc[]): string | undefined {
  if (/^(#|https?:)/.test(link)) return link
  const { pathname, hash } = new URL(link, `file:///${file}`)
  const target = pathname.slice(1)
  if (target.startsWith('docs/images/')) return base + target.slice('docs/'.length)
  const found = docs.find((doc) => doc.file === target)
  return found && found.url + hash
}
