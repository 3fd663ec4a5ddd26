import type { Context } from '../../context.ts'
import { sameText } from '../../lib/constant-time.ts'

/** How many seconds a URL accepts an upload; describing the job returns a new one. */
const lifetime = 900

export function uploadUrl(ctx: Context, job: { poolId: string; id: string }): string {
  const expires = Math.floor(ctx.clock.now().getTime() / 1000) + lifetime
  const query = new URLSearchParams({ Expires: String(expires), Signature: signature(ctx, job, expires) })
  return `${ctx.config.publicUrl}/_import/${job.poolId}/${job.id}?${query}`
}

/** Whether the query of an upload was signed here for this job, and has not expired. */
export function isSignedUpload(ctx: Context, job: { poolId: string; id: string }, query: URLSearchParams): boolean {
  const expires = Number(query.get('Expires'))
  const signed = query.get('Signature')
  if (!signed || !Number.isInteger(expires) || !sameText(signed, signature(ctx, job, expires))) return false
  return expires * 1000 > ctx.clock.now().getTime()
}

function signature(ctx: Context, job: { poolId: string; id: string }, expires: number): string {
  return ctx.keyring.mac('import-upload', job.poolId, job.id, String(expires)).toString('base64url')
}
