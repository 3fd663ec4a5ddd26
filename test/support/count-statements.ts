import type { RequestContext } from '../../src/context.ts'
import type { TestServer } from './server.ts'

/** How many statements one request makes. The operation is called directly: what the node does beside it is not counted. */
export async function countStatements(
  { ctx }: TestServer,
  run: (ctx: RequestContext) => Promise<unknown>,
): Promise<number> {
  let statements = 0
  const db = ctx.db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      statements++
      return result
    },
  })
  await run({ ...ctx, db, requestId: 'test', clientAddress: '127.0.0.1' })
  return statements
}
