import type { Context } from '../../context.ts'
import { callOutbound } from '../../lib/outbound.ts'

const patience = 2000
const maxAnswerBytes = 1024 * 1024

/**
 * Asks a range service, such as that of Have I Been Pwned, for all hashes with the same prefix: only five of forty
 * digits leave the server, and the padded answer hides how many there are. If the service does not answer, no user is
 * delayed or refused.
 */
export async function isInRange({ config, log }: Pick<Context, 'config' | 'log'>, url: string, sha1: string) {
  const { allowPrivateAddresses } = config
  const call = { method: 'GET', headers: { 'add-padding': 'true', 'user-agent': 'poolhouse' } }
  const limits = { maxBytes: maxAnswerBytes, allowPrivateAddresses, signal: AbortSignal.timeout(patience) }
  try {
    const { status, body } = await callOutbound(new URL(`${url}/${sha1.slice(0, 5)}`), call, limits)
    if (status !== 200) throw new Error(`HTTP ${status}`)
    const line = body
      .toString()
      .split(/\r?\n/)
      .find((found) => found.slice(0, 35).toUpperCase() === sha1.slice(5))
    // Padding has the count 0.
    return line !== undefined && !line.endsWith(':0')
  } catch (error) {
    log.warn({ err: error }, 'the range service of compromised passwords did not answer')
    return false
  }
}
