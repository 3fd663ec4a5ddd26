import type { RequestContext } from '../../context.ts'
import { createDelivery } from '../../delivery/delivery.ts'
import { delivered, type Outcome, refused } from '../../delivery/outcome.ts'
import { uuidv7 } from '../../lib/ids.ts'
import { ServiceError } from '../../model/errors.ts'
import type { MessageTemplate } from '../../model/poolhouse-operations.ts'
import type { Medium } from '../messages/code-delivery.ts'
import { writeMessage } from '../messages/send.ts'
import { type MessageKind, type MessageTexts, messageTexts } from '../messages/texts.ts'
import type { Pool } from '../pools/pool.ts'
import { textsOfFunction, tryTrigger } from './try-trigger.ts'

export interface Sample {
  template: MessageTemplate
  medium: Medium
  to: string
}

/** Whoever asked for it waits. */
const attemptLimit = 20_000

const kinds: Record<MessageTemplate, MessageKind> = {
  // Its code is never a link, whatever the pool prefers at sign-up.
  Verification: 'ForgotPassword',
  VerificationLink: 'SignUp',
  Invitation: 'AdminCreateUser',
  SecondFactor: 'Authentication',
}

const username = 'sample-user'

/** Sends a message of the pool with made-up values, at once and once, the way that its messages go. */
export async function sendSample(ctx: RequestContext, pool: Pool, sample: Sample): Promise<Outcome> {
  try {
    const { CustomEmailSender, CustomSMSSender } = pool.settings.LambdaConfig ?? {}
    const hasSender = sample.medium === 'EMAIL' ? CustomEmailSender : CustomSMSSender
    return await (hasSender ? sendByFunction(ctx, pool, sample) : sendDirectly(ctx, pool, sample))
  } catch (error) {
    // What is wrong with a function of the pool, or with the key of its sender.
    if (error instanceof ServiceError) return refused(error.message)
    throw error
  }
}

async function sendByFunction(ctx: RequestContext, pool: Pool, { template, medium, to }: Sample): Promise<Outcome> {
  const [trigger, attribute] =
    medium === 'EMAIL' ? (['CustomEmailSender', 'email'] as const) : (['CustomSMSSender', 'phone_number'] as const)
  const { refusal } = await tryTrigger(ctx, pool, trigger, {
    triggerSource: `${trigger}_${kinds[template]}`,
    request: { userAttributes: { [attribute]: to } },
  })
  return refusal ? refused(refusal.message) : delivered
}

async function sendDirectly(ctx: RequestContext, pool: Pool, { template, medium, to }: Sample): Promise<Outcome> {
  const kind = kinds[template]
  const now = ctx.clock.now()
  const message = writeMessage(ctx, pool, {
    kind,
    medium,
    to,
    code: template === 'Invitation' ? 'Sample-Password-1' : '123456',
    username,
    link: template === 'VerificationLink' ? ctx.config.publicUrl : undefined,
    expiresAt: now,
    texts: { ...linkTexts(pool, template), ...(await textsOfFunction(ctx, pool, kind, medium)) },
  })
  const delivery = createDelivery(ctx)
  try {
    const key = { poolId: pool.id, id: uuidv7(now) }
    const parcel = { key, medium, kind, message, createdAt: now }
    return await delivery.deliver(parcel, AbortSignal.timeout(attemptLimit))
  } finally {
    delivery.close()
  }
}

function linkTexts({ settings }: Pool, template: MessageTemplate): MessageTexts {
  if (template !== 'VerificationLink') return {}
  const { emailMessage, emailSubject } = messageTexts(settings, { kind: 'SignUp', byLink: true })
  return { emailMessage, emailSubject }
}
