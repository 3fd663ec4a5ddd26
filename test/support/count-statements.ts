import type { RequestContext } from '../../src/context.ts'
import { withOwner } from '../../src/pool/clients/client.ts'
import type { TestServer } from './server.ts'

/**
 * How many statements one request makes, of an app's client where it has one. The operation is called directly: what the
 * node does beside it is not counted.
 */
export async function countStatements(
  { ctx }: TestServer,
  run: (ctx: RequestContext) => Promise<unknown>,
  clientId?: string,
): Promise<number> {
  let statements = 0
  const db = ctx.db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      statements++
      return result
    },
  })
  await withOwner({ ...ctx, db, requestId: 'test', clientAddress: '127.0.0.1' }, clientId, run)
  return statements
}

/** How many statements a server makes for its requests over HTTP. It should have no jobs: theirs would be counted as well. */
export function watchStatements({ ctx }: Pick<TestServer, 'ctx'>): { take(): number } {
  let statements = 0
  ctx.db = ctx.db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      statements++
      if (process.env.SHOW_STATEMENTS)
        console.log(
          new Error()
            .stack!.split('\n')
            .filter((line) => line.includes('/src/'))
            .slice(0, 4)
            .map((line) => line.replace(/.*\/src\//, ''))
            .join(' < '),
        )
      return result
    },
  })
  return {
    take() {
      const taken = statements
      statements = 0
      return taken
    },
  }
}
