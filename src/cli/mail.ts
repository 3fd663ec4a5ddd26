import { randomUUID } from 'node:crypto'
import { readConfig } from '../config.ts'
import { createDelivery } from '../delivery/delivery.ts'
import { type Form, type Print, runForm } from './form.ts'
import { StartError } from './run.ts'

const options = { json: { type: 'boolean' } } as const

/** How long to wait for a mail server. */
const patience = 30_000

const forms: Record<string, Form<undefined, { json?: boolean }>> = {
  test: {
    takes: ['ADDRESS'],
    run: async (_, [to = '']) => {
      const config = readConfig('dev', process.env)
      const delivery = createDelivery({ config })
      const message = {
        to,
        subject: 'A test mail of Poolhouse',
        text: `Mail of ${config.publicUrl} arrives at this address.`,
      }
      const key = { poolId: 'test', id: randomUUID() }
      const parcel = { key, medium: 'EMAIL' as const, kind: 'Test', message, createdAt: new Date() }
      const outcome = await delivery.deliver(parcel, AbortSignal.timeout(patience)).finally(() => delivery.close())
      if (outcome.kind !== 'delivered') throw new StartError(`The mail was not sent: ${outcome.reason}.`)
      return `A mail to ${to} was taken by the mail server. Whether it arrives, the inbox shows.`
    },
  },
}

export const mail = (args: string[], print?: Print) =>
  runForm({ name: 'mail', options, forms, client: async () => undefined }, args, print)
