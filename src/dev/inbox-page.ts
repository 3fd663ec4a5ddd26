import type { InboxMessage } from '../delivery/inbox.ts'
import { escapeHtml } from '../lib/escape-html.ts'

/** Newest first, as text: what a message contains is shown, never rendered. */
export function inboxPage(messages: InboxMessage[], now: Date): string {
  const count = messages.length === 1 ? '1 message' : `${messages.length} messages`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="5">
<title>Inbox (${messages.length}) · Poolhouse</title>
<link rel="stylesheet" href="/_poolhouse/inbox.css">
</head>
<body>
<header><h1>Inbox</h1><p>${count} · newest first · refreshed every 5 seconds</p></header>
<main>
${
  messages.length === 0
    ? emptyNote
    : messages
        .toReversed()
        .map((message) => article(message, now))
        .join('\n')
}
</main>
<footer><p>As JSON: <a href="/_poolhouse/messages">/_poolhouse/messages</a></p></footer>
</body>
</html>
`
}

const emptyNote = '<p class="empty">Nothing yet. E-mails and text messages to your users appear here.</p>'

function article({ medium, to, subject, body, code, createdAt, userPoolId }: InboxMessage, now: Date): string {
  return `<article>
<header>
<span class="medium">${medium === 'EMAIL' ? 'E-mail' : 'SMS'}</span>
<strong>${escapeHtml(to)}</strong>
<time datetime="${escapeHtml(createdAt)}">${age(createdAt, now)}</time>
</header>
${subject ? `<h2>${escapeHtml(subject)}</h2>` : ''}
${code ? `<p class="code"><code>${escapeHtml(code)}</code></p>` : ''}
<pre>${escapeHtml(body)}</pre>
${linksIn(body)
  .map((link) => `<p class="link"><a href="${escapeHtml(link)}" rel="noreferrer">${escapeHtml(link)}</a></p>`)
  .join('\n')}
<p class="pool">${escapeHtml(userPoolId)}</p>
</article>`
}

/** Links of a mail, so that they can be followed from here: http and https only. */
function linksIn(html: string): string[] {
  const links = [...html.matchAll(/<a\b[^<>]*?\bhref="([^"<>]*)"/gi)].map(([, href]) => href!.replaceAll('&amp;', '&'))
  return links.filter((link) => /^https?:\/\//i.test(link) && URL.canParse(link))
}

function age(createdAt: string, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(createdAt)) / 1000))
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)} h ago` : createdAt.slice(0, 10)
}
