import { sameText } from './constant-time.ts'
import { createHmacSha256 } from './hmac-sha256.ts'

/** SECRET_HASH: base64 of HMAC-SHA256 over user name and client id, under the client's secret. */
export const secretHash = (secret: string, username: string, clientId: string): string =>
  createHmacSha256(Buffer.from(secret))(username + clientId).toString('base64')

/** A client may have several secrets. All of them are tried, so the time does not reveal which one matched. */
export function secretHashMatches(received: string, secrets: string[], username: string, clientId: string): boolean {
  return secrets.filter((secret) => sameText(received, secretHash(secret, username, clientId))).length > 0
}
