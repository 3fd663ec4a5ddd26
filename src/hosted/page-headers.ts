import type { ParameterizedContext } from 'koa'

const plainSource = /^[a-z][a-z0-9+.-]*:(\/\/[^\s;,'"]+)?$/i

/**
 * No framing, no foreign resources, no caching, and no script except the page's own file, if it has one. `formTarget`
 * is an origin besides our own where submitting the form may lead: browsers apply form-action to the redirects after a
 * post.
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
