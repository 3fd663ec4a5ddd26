import { escapeHtml } from '../lib/escape-html.ts'

/** Pages of a dev server, in the order of their navigation. */
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
  /** A line below the heading, as HTML. */
  lead?: string
  /** As HTML. */
  body: string
  /** More elements of the head, as HTML. */
  head?: string
  hasConsole: boolean
}

/** The frame that the pages of a dev server share: name, navigation, style. */
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

/** What every page of a dev server says of itself to browsers. */
export const devPageHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
}
