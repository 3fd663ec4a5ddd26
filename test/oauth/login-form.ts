import assert from 'node:assert/strict'
import type { Browser } from './browser.ts'

/** Fills in and sends the login form, as somebody at a browser would, and follows to wherever leaves the host. */
export async function signInByForm(
  browser: Browser,
  url: URL,
  credentials: { username: string; password: string },
): Promise<URL> {
  const login = await browser.follow(url.href, (at) => at.pathname.endsWith('/login'))
  const posted = await sendForm(browser, login, credentials)
  assert.equal(posted.status, 303, await posted.text())
  return browser.follow(new URL(posted.headers.get('location')!, login).href, (at) => at.host !== login.host)
}

/** Sends the first form of a page with what it hides and `values`. */
export async function sendForm(browser: Browser, page: URL, values: Record<string, string>): Promise<Response> {
  const html = await (await browser.get(page.href)).text()
  const { action, hidden } = formIn(html)
  return browser.post(new URL(action, page).href, { ...hidden, ...values })
}

export function formIn(html: string): { action: string; hidden: Record<string, string> } {
  const form = /<form[^>]*method="post"[^>]*>[\s\S]*?<\/form>/i.exec(html)?.[0]
  assert.ok(form, html)
  const hidden = [...form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
    unescaped(/name="([^"]*)"/.exec(input)?.[1]),
    unescaped(/value="([^"]*)"/.exec(input)?.[1]),
  ])
  return { action: unescaped(/action="([^"]*)"/.exec(form)?.[1]), hidden: Object.fromEntries(hidden) }
}

const unescaped = (text = '') => text.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=').replaceAll('&quot;', '"')
