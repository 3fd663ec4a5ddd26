import { texts } from '../../texts/texts.ts'
import { callbackUrlFault } from '../../ui/callback-url.ts'

/** What is wrong with the first address that is wrong. */
export function linesFault(urls: readonly string[] = []): string | undefined {
  for (const [index, url] of urls.entries()) {
    const fault = callbackUrlFault(url)
    if (fault !== undefined) return texts.clients.lineFault(index + 1, fault)
  }
  return undefined
}
