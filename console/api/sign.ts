/** AWS Signature Version 4 of a POST, by what browsers have. */

export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  sessionToken?: string
}

interface Unsigned {
  url: URL
  headers: Record<string, string>
  body: string
  credentials: Credentials
  region: string
  service: string
  now: Date
}

const encoder = new TextEncoder()

export async function signPost(request: Unsigned): Promise<Record<string, string>> {
  const { url, credentials, region, service } = request
  const time = `${request.now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': time,
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
  }
  const covered = Object.entries({ ...headers, host: url.host }).sort(([a], [b]) => (a < b ? -1 : 1))
  const names = covered.map(([name]) => name).join(';')
  const lines = covered.map(([name, value]) => `${name}:${value}\n`).join('')
  const canonical = ['POST', url.pathname, '', lines, names, await sha256(request.body)].join('\n')

  const date = time.slice(0, 8)
  const scope = `${date}/${region}/${service}/aws4_request`
  let key: BufferSource = encoder.encode(`AWS4${credentials.secretAccessKey}`)
  for (const part of [date, region, service, 'aws4_request']) key = await hmac(key, part)
  const signature = hex(await hmac(key, ['AWS4-HMAC-SHA256', time, scope, await sha256(canonical)].join('\n')))
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  }
}

async function sha256(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', encoder.encode(text)))
}

async function hmac(key: BufferSource, text: string): Promise<ArrayBuffer> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return crypto.subtle.sign('HMAC', imported, encoder.encode(text))
}

const hex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
