import type { ParameterizedContext } from 'koa'

const plainSource = /^[a-z][a-z0-9+.-]*:(\/\/[^\s;,'"]+)?$/i

/**
 * No frame, nothing from elsewhere, nothing kept, and no script but the page's own file where it has one. `formTarget` is where the form's answer may lead besides
 * ourselves: browsers apply form-action to the redirects after a post.
 */
export function setPageHeaders(
  koa: ParameterizedContext,
  { formTarget, script }: { formTarget?: string; script?: boolean } = {},
): void {
  const target = formTarget && plainSource.test(formTarget) ? ` ${formTarget}` : ''
  koa.set({
    'Content-Security-Policy': [
      "default-src 'none'",
      ...(script ? ["script-src 'self'"] : []),
      "style-src 'self'",
      "img-src 'self' data:",
      `form-action 'self'${target}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
    'Cache-Control': 'no-store',
  })
}
