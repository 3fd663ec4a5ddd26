import { ApiError } from '../api/api-error.ts'
import { ask, unreadable } from '../api/ask.ts'
import { type Credentials, signPost } from '../api/sign.ts'
import { apiUrl, settings } from '../settings.ts'

/** Calls STS, which answers in XML. Signed where there are credentials. @throws ApiError */
export async function callSts(parameters: Record<string, string>, credentials?: Credentials): Promise<Document> {
  const body = new URLSearchParams({ ...parameters, Version: '2011-06-15' }).toString()
  const unsigned = { 'content-type': 'application/x-www-form-urlencoded' }
  const headers = credentials
    ? await signPost({
        url: apiUrl,
        body,
        headers: unsigned,
        credentials,
        region: settings.region,
        service: 'sts',
        now: new Date(),
      })
    : unsigned
  const { ok, status, text } = await ask(apiUrl, { method: 'POST', headers, body, credentials: 'omit' })
  const document = new DOMParser().parseFromString(text, 'text/xml')
  if (ok) return document
  const message = textIn(document, 'Message')
  if (message === undefined) throw unreadable(status)
  throw new ApiError(textIn(document, 'Code') ?? 'Unreadable', message, { status })
}

export const textIn = (document: Document, name: string): string | undefined =>
  document.getElementsByTagName(name)[0]?.textContent ?? undefined
