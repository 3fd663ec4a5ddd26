/** No real client certificate is longer; the limit protects memory. */
const maxLength = 16 * 1024

/**
 * The client certificate that a proxy forwards, as base64 of its DER, from any of the forms that proxies use: RFC
 * 9440's `:base64:`, a PEM escaped for a URL (nginx) or with spaces for line ends, or plain base64. Undefined for
 * anything else.
 */
export function forwardedCertificate(value: string): string | undefined {
  if (value.length > maxLength) return undefined
  const text = unescaped(value)
  if (text === undefined) return undefined
  const base64 = text
    .replace(/^\s*-+BEGIN CERTIFICATE-+/, '')
    .split('-----END CERTIFICATE', 1)[0]!
    .replace(/^:|:$/g, '')
    .replaceAll(/\s/g, '')
  return /^[A-Za-z0-9+/]{64,}={0,2}$/.test(base64) ? base64 : undefined
}

function unescaped(value: string): string | undefined {
  try {
    return value.includes('%') ? decodeURIComponent(value) : value
  } catch {
    return undefined
  }
}
