/**
 * The browser, from the data that the service's script for threat protection collects and an app passes on. Its
 * signature is made in the browser with public values, so it would prove nothing.
 */
export function userAgentIn(encodedData: string | undefined): string | undefined {
  if (!encodedData) return undefined
  try {
    const { payload } = JSON.parse(Buffer.from(encodedData, 'base64').toString())
    const { contextData } = typeof payload === 'string' ? JSON.parse(payload) : payload
    const { UserAgent } = contextData
    return typeof UserAgent === 'string' ? UserAgent : undefined
  } catch {
    return undefined
  }
}
