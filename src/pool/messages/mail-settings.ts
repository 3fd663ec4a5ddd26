import type { Message } from '../../delivery/message.ts'
import { isSender } from '../../lib/mail-address.ts'
import type { Pool } from '../pools/pool.ts'

/** The sender and reply address of the pool's mail, and SES's configuration set. */
export function mailSettings({ settings }: Pool): Pick<Message, 'from' | 'replyTo' | 'configurationSet'> {
  const { From, SourceArn, ReplyToEmailAddress, ConfigurationSet } = settings.EmailConfiguration ?? {}
  return {
    from: senderOf({ From, SourceArn }),
    replyTo: ReplyToEmailAddress,
    configurationSet: ConfigurationSet,
  }
}

export const senderOf = ({ From, SourceArn }: { From?: string; SourceArn?: string }): string | undefined =>
  From ?? identityAddress(SourceArn)

/** `arn:aws:ses:us-east-1:123456789012:identity/hello@shop.example`; the identity may also be a domain, which is no sender. */
function identityAddress(arn: string | undefined): string | undefined {
  const identity = /^arn:[^:]*:ses:[^:]*:[^:]*:identity\/(.+)$/.exec(arn ?? '')?.[1]
  return identity !== undefined && isSender(identity) ? identity : undefined
}
