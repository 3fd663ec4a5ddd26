import type { Context } from '../../context.ts'
import { InvalidLambdaResponse } from '../../model/errors.ts'
import type { Medium } from '../messages/code-delivery.ts'
import type { MessagePlan } from '../messages/send.ts'
import type { MessageKind, MessageTexts } from '../messages/texts.ts'
import type { Pool } from '../pools/pool.ts'
import type { User } from '../users/user.ts'
import { callTrigger } from './call-trigger.ts'
import { customSender } from './custom-sender.ts'
import { useDailyMail } from './daily-mail.ts'
import { type ClientMetadata, eventAttributes, triggerEvent } from './event.ts'
import { textIn } from './response.ts'

export interface MessageOccasion {
  kind: MessageKind
  /** The media that it may be sent by. */
  mediums: Medium[]
  /** As of the message: an address that is being changed is the new one. */
  user: Pick<User, 'id' | 'username' | 'status' | 'attributes'>
  clientId?: string
  clientMetadata?: ClientMetadata
}

/**
 * Asks the pool's functions about a message, before the transaction that makes its code; the code is not known to them.
 * Undefined where the pool has none, as most.
 * @throws what triggers throw, and LimitExceededException or CodeDeliveryFailureException past the mails of a day
 */
export async function prepareMessage(
  ctx: Context,
  pool: Pool,
  occasion: MessageOccasion,
): Promise<MessagePlan | undefined> {
  const { CustomMessage, CustomEmailSender, CustomSMSSender } = pool.settings.LambdaConfig ?? {}
  if (occasion.mediums.includes('EMAIL') && !CustomEmailSender) await useDailyMail(ctx, pool, occasion.kind)
  if (!CustomMessage && !CustomEmailSender && !CustomSMSSender) return undefined

  const senders = Object.fromEntries(
    occasion.mediums.map((medium) => [medium, customSender(ctx, pool, medium, occasion)]),
  )
  // A custom sender also writes the text.
  const worded = occasion.mediums.filter((medium) => !senders[medium])
  const texts = worded.length > 0 ? await customMessage(ctx, pool, occasion, worded) : undefined
  return { texts, senders }
}

const codeParameter = '{####}'
const usernameParameter = '{username}'

/** @throws what triggers throw */
export async function customMessage(
  ctx: Context,
  pool: Pool,
  { kind, user, clientId, clientMetadata }: MessageOccasion,
  mediums: Medium[],
): Promise<MessageTexts | undefined> {
  const invites = kind === 'AdminCreateUser'
  const response = await callTrigger(ctx, pool, 'CustomMessage', () =>
    triggerEvent(
      ctx,
      pool,
      { source: `CustomMessage_${kind}`, userName: user.username, clientId },
      {
        userAttributes: eventAttributes(pool, user),
        codeParameter,
        linkParameter: '{##Click Here##}',
        usernameParameter: invites ? usernameParameter : null,
        clientMetadata,
      },
      { smsMessage: null, emailMessage: null, emailSubject: null },
    ),
  )
  if (!response) return undefined
  const texts = {
    smsMessage: textIn(response.smsMessage),
    emailMessage: textIn(response.emailMessage),
    emailSubject: textIn(response.emailSubject),
  }
  if (ctx.config.strict) requireOwnSender(pool, texts)
  if (mediums.includes('SMS')) checkText(texts.smsMessage, maxSmsLength, invites)
  if (mediums.includes('EMAIL')) {
    checkText(texts.emailMessage, maxEmailLength, invites)
    if ((texts.emailSubject?.length ?? 0) > maxSubjectLength)
      throw new InvalidLambdaResponse(`A subject is longer than ${maxSubjectLength} characters.`)
  }
  return texts
}

const maxSmsLength = 140
const maxEmailLength = 20_000
const maxSubjectLength = 140

/** Whether `{##` is followed by `##}`. */
function hasLink(line: string): boolean {
  const start = line.indexOf('{##')
  return start !== -1 && line.includes('##}', start + 3)
}

/** A message without its code is useless; a link has it too. */
function checkText(text: string | undefined, maxLength: number, invites: boolean): void {
  if (!text) return
  if (text.length > maxLength) throw new InvalidLambdaResponse(`A message is longer than ${maxLength} characters.`)
  if (!text.includes(codeParameter) && !text.split('\n').some(hasLink))
    throw new InvalidLambdaResponse(`A message has no ${codeParameter}.`)
  if (invites && !text.includes(usernameParameter))
    throw new InvalidLambdaResponse(`A message has no ${usernameParameter}.`)
}

// On the service, custom texts by mail require the pool's own sender address.
function requireOwnSender(pool: Pool, { emailMessage, emailSubject }: MessageTexts): void {
  if ((emailMessage || emailSubject) && pool.settings.EmailConfiguration?.EmailSendingAccount !== 'DEVELOPER')
    throw new InvalidLambdaResponse('emailMessage and emailSubject need EmailSendingAccount DEVELOPER.')
}
