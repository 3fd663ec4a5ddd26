import { createHash } from 'node:crypto'
import type { ParameterizedContext } from 'koa'
import { escapeHtml } from '../lib/escape-html.ts'

/** The parameters that an app is answered with. Undefined ones are left out. */
export type Answer = Record<string, string | number | undefined>

const script = 'document.forms[0].submit()'
const scriptHash = createHash('sha256').update(script).digest('base64')

/**
 * Has the browser post the answer to the app (OAuth 2.0 Form Post Response Mode). Where scripts are off, the user sends
 * the form. There is no form-action, since it would also restrict where the app redirects to.
 */
export function sendForm(koa: ParameterizedContext, redirectUri: string, answer: Answer): void {
  const fields = Object.entries(answer).flatMap(([name, value]) =>
    value === undefined ? [] : `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(String(value))}">`,
  )
  koa.status = 200
  koa.set({
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'no-referrer',
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': `default-src 'none'; script-src 'sha256-${scriptHash}'; frame-ancestors 'none'; base-uri 'none'`,
  })
  koa.type = 'text/html; charset=utf-8'
  koa.body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Continue</title></head><body>
<form method="post" action="${escapeHtml(redirectUri)}">
${fields.join('\n')}
<noscript><button type="submit">Continue</button></noscript>
</form>
<script>${script}</script>
</body></html>
`
}
