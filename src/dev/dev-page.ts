import { escapeHtml } from '../lib/escape-html.ts'

/** Pages of a dev server, in the order of the navigation. */
const pages = {
  home: { url: '/', text: 'Home' },
  console: { url: '/console/', text: 'Console' },
  inbox: { url: '/_poolhouse/', text: 'Inbox' },
  demo: { url: '/_poolhouse/demo/', text: 'Demo' },
  branding: { url: '/_poolhouse/branding', text: 'Branding' },
} as const

export interface DevPage {
  at: keyof typeof pages
  title: string
  /** HTML of the line below the heading. */
  lead?: string
  /** HTML of the content. */
  body: string
  /** HTML of further head elements. */
  head?: string
  hasConsole: boolean
}

/** The layout that all pages of a dev server share: name, navigation, style. */
export function devPage({ at, title, lead, body, head = '', hasConsole }: DevPage): string {
  const links = Object.entries(pages)
    .filter(([name]) => name !== 'console' || hasConsole)
    .map(([name, { url, text }]) => `<a href="${url}"${name === at ? ' aria-current="page"' : ''}>${text}</a>`)
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · Poolhouse</title>
<link rel="icon" href="/_poolhouse/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/_poolhouse/dev.css">
${head}
</head>
<body>
<header class="bar"><a class="brand" href="/">Poolhouse</a><nav aria-label="Development">${links.join('\n')}</nav></header>
<main>
<div class="title"><h1>${escapeHtml(title)}</h1>${lead ? `<p>${lead}</p>` : ''}</div>
${body}
</main>
</body>
</html>
`
}

/** Headers of every page of a dev server. */
export const devPageHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
}
