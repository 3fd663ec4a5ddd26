import type { Middleware } from 'koa'
import type { Context } from './context.ts'
import { findJob } from './pool/import/import-store.ts'
import { maxUploadBytes, receiveUpload } from './pool/import/receive-upload.ts'
import { isSignedUpload } from './pool/import/upload-url.ts'

const path = /^\/_import\/([\w-]+_[0-9a-zA-Z]+)\/(import-[0-9a-zA-Z-]+)$/

/** PUT of a user import file to the pre-signed URL of its job. Answers like an object store. */
export function createImportUpload(ctx: Context): Middleware {
  return async (koa, next) => {
    const match = path.exec(koa.path)
    if (!match) return next()
    if (koa.method !== 'PUT') {
      koa.set('Allow', 'PUT')
      return fail(405, 'MethodNotAllowed')
    }
    const key = { poolId: match[1]!, id: match[2]! }
    if (!isSignedUpload(ctx, key, new URLSearchParams(koa.querystring))) return fail(403, 'AccessDenied')
    const job = await findJob(ctx.db, key.poolId, key.id)
    if (!job) return fail(404, 'NoSuchKey')
    if (Number(koa.get('content-length')) > maxUploadBytes) return fail(400, 'EntityTooLarge')

    const outcome = await receiveUpload(ctx, job, koa.req)
    if (outcome === 'too-large') return fail(400, 'EntityTooLarge')
    if (outcome === 'closed') return fail(403, 'AccessDenied')
    koa.status = 200
    koa.body = ''

    function fail(status: number, code: string) {
      koa.status = status
      koa.type = 'application/xml'
      koa.body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code></Error>`
    }
  }
}
