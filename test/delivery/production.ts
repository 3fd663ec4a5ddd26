import type { Config } from '../../src/config.ts'
import { startOutbox } from '../../src/jobs/outbox.ts'
import type { PoolSettings } from '../../src/model/settings.ts'
import { type MessageRequest, queueMessage } from '../../src/pool/messages/send.ts'
import { type Scene, until } from '../messages/scene.ts'

export interface Production {
  node: Scene
  /** @returns how its first attempt went, as its row tells it */
  send(request?: Partial<MessageRequest>, settings?: Partial<PoolSettings>): Promise<Row & { reference: string }>
  stop(): Promise<void>
}

export type Row = Awaited<ReturnType<typeof rowOf>>

export const code = '987654'
export const someone = { EMAIL: 'ann@example.com', SMS: '+15551234444' } as const

/** A production node whose worker is at work. */
export async function startProduction(scene: Scene, config: Partial<Config>): Promise<Production> {
  const node = await scene.node({
    mode: 'serve',
    mailFrom: 'House <no-reply@id.example.com>',
    publicUrl: 'https://id.example.com',
    allowPrivateAddresses: true,
    ...config,
  })
  const outbox = startOutbox(node.ctx)
  return {
    node,
    async send(request = {}, settings = {}) {
      const medium = request.medium ?? 'EMAIL'
      const { id: reference } = await queueMessage(node.ctx.db, node.ctx, await node.pool(settings), {
        kind: 'SignUp',
        medium,
        to: someone[medium],
        code,
        expiresAt: new Date(node.clock.now().getTime() + 3600_000),
        ...request,
      })
      const row = await until(async () => {
        const found = await rowOf(node, reference)
        return found.state !== 'queued' || found.last_error !== null ? found : undefined
      })
      return { ...row, reference }
    },
    stop: () => outbox.stop(),
  }
}

export const rowOf = ({ ctx }: Scene, reference: string) =>
  ctx.db.selectFrom('outbox').selectAll().where('id', '=', reference.split('/')[1]!).executeTakeFirstOrThrow()
