import { type DevLink, devBar, devBarStyleUrl } from '../lib/dev-bar.ts'
import { escapeHtml } from '../lib/escape-html.ts'

export interface DevPage {
  at: DevLink
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
export function devPage({ title, lead, body, ...more }: DevPage): string {
  return devDocument({
    ...more,
    title,
    main: `<main>
<div class="title"><h1>${escapeHtml(title)}</h1>${lead ? `<p>${lead}</p>` : ''}</div>
${body}
</main>`,
  })
}

/** The same around content that has a heading of its own. */
export function devDocument({
  at,
  title,
  main,
  head = '',
  hasConsole,
}: Pick<DevPage, 'at' | 'title' | 'head' | 'hasConsole'> & { main: string }): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · Poolhouse</title>
<link rel="icon" href="/_poolhouse/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${devBarStyleUrl}">
<link rel="stylesheet" href="/_poolhouse/dev.css">
${head}
</head>
<body>
${devBar(at, hasConsole)}
${main}
</body>
</html>
`
}

export const devPagePolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"

/** Headers of every page of a dev server. */
export const devPageHeaders = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': devPagePolicy,
}
