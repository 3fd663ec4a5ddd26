import { texts } from '../texts/texts.ts'

/** What is wrong with an address that an app wants to be called back at; undefined if nothing is. */
export function callbackUrlFault(text: string): string | undefined {
  const isUrl = /^[a-z][a-z0-9+.-]*:/i.test(text) && URL.canParse(text) && !text.includes('#')
  if (!isUrl || /^(javascript|data|vbscript|blob|file|about):/i.test(text)) return texts.pools.create.badUrl
  const { protocol, hostname } = new URL(text)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return protocol === 'http:' && !isLocal ? texts.pools.create.insecureUrl : undefined
}
