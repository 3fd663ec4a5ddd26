import type { InboxMessage } from '../delivery/inbox.ts'
import { escapeHtml } from '../lib/escape-html.ts'
import { devPage } from './dev-page.ts'

/** Newest first. Content is shown as text and never rendered. */
export function inboxPage(messages: InboxMessage[], now: Date, hasConsole: boolean): string {
  const count = messages.length === 1 ? '1 message' : `${messages.length} messages`
  const articles = messages.toReversed().map((message) => article(message, now))
  return devPage({
    at: 'inbox',
    title: `Inbox (${messages.length})`,
    lead: `${count} · newest first · new ones appear by themselves`,
    // A page that loads itself again would lose its reader's place.
    head: `<script src="/_poolhouse/inbox.js" defer></script>
<noscript><meta http-equiv="refresh" content="5"></noscript>`,
    hasConsole,
    body: `${messages.length === 0 ? emptyNote : articles.join('\n')}
<footer><p>As JSON: <a href="/_poolhouse/messages">/_poolhouse/messages</a></p></footer>`,
  })
}

const emptyNote = '<p class="empty">Nothing yet. E-mails and text messages to your users appear here.</p>'

function article({ id, medium, to, subject, body, code, createdAt, userPoolId }: InboxMessage, now: Date): string {
  return `<article data-id="${escapeHtml(id)}">
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

/** The links in a mail that can be followed from here: http and https only. */
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
