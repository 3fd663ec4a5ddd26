import type { CognitoClient } from './http-client.ts'

/** The token endpoint, in the path form. */
export async function askToken(http: CognitoClient, poolId: string, form: Record<string, string>): Promise<void> {
  const { status, body } = await http.send(
    'POST',
    `/${poolId}/oauth2/token`,
    { 'content-type': 'application/x-www-form-urlencoded' },
    new URLSearchParams(form).toString(),
  )
  if (status !== 200) throw new Error(`The token endpoint answered ${status}: ${body}`)
}
