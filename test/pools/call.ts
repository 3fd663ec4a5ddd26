import { createHash, createHmac } from 'node:crypto'
import type { TestServer } from '../support/server.ts'

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A signed call as it stands on the wire, for what the SDK hides: absent members, numbers, error bodies. */
export async function call(
  server: TestServer,
  operation: string,
  input: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { host } = new URL(server.url)
  const target = `AWSCognitoIdentityProviderService.${operation}`
  const body = JSON.stringify(input)
  const date = server.clock
    .now()
    .toISOString()
    .replace(/[-:]|\.\d{3}/g, '')
  const scope = `${date.slice(0, 8)}/us-east-1/cognito-idp/aws4_request`
  const canonical = [
    'POST',
    '/',
    '',
    'content-type:application/x-amz-json-1.1',
    `host:${host}`,
    `x-amz-date:${date}`,
    `x-amz-target:${target}`,
    '',
    'content-type;host;x-amz-date;x-amz-target',
    sha256(body),
  ].join('\n')
  const key = scope.split('/').reduce<string | Buffer>((key, part) => hmac(key, part), 'AWS4local')
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex')
  const response = await fetch(server.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-date': date,
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=local/${scope}, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=${signature}`,
    },
    body,
  })
  return { status: response.status, body: JSON.parse((await response.text()) || '{}') }
}
