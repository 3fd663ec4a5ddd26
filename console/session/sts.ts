import { ApiError } from '../api/api-error.ts'
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
  const response = await fetch(apiUrl, { method: 'POST', headers, body, credentials: 'omit', cache: 'no-store' })
  const document = new DOMParser().parseFromString(await response.text(), 'text/xml')
  if (!response.ok)
    throw new ApiError(textIn(document, 'Code') ?? 'Unreadable', textIn(document, 'Message') ?? '', {
      status: response.status,
    })
  return document
}

export const textIn = (document: Document, name: string): string | undefined =>
  document.getElementsByTagName(name)[0]?.textContent ?? undefined
