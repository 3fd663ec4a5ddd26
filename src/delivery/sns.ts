import type { MessageAttributeValue, SNSClient } from '@aws-sdk/client-sns'
import type { AwsEndpoint } from '../config.ts'
import { clientSettings, outcomeOf } from './aws.ts'
import { delivered, refused } from './outcome.ts'
import { invalidPhoneNumber, isPhoneNumber } from './sms.ts'
import type { Transport } from './transport.ts'

export interface SmsSettings {
  smsSenderId?: string
  smsOriginationNumber?: string
  allowPrivateAddresses: boolean
}

const permanent = new Set([
  'EndpointDisabledException',
  'InvalidParameterException',
  'InvalidParameterValueException',
  'OptedOutException',
  'ValidationException',
])

/** Sends SMS with Amazon SNS. The client is loaded with the first message. */
export function createSns(endpoint: AwsEndpoint, settings: SmsSettings): Transport {
  let opened: Promise<SNSClient> | undefined

  async function open() {
    const { SNSClient } = await import('@aws-sdk/client-sns')
    return new SNSClient(clientSettings(endpoint, settings))
  }

  return {
    async send({ message }, signal) {
      if (!isPhoneNumber(message.to)) return refused(invalidPhoneNumber)
      try {
        opened ??= open()
        const client = await opened
        const { PublishCommand } = await import('@aws-sdk/client-sns')
        const MessageAttributes = attributesOf(settings)
        const command = new PublishCommand({ PhoneNumber: message.to, Message: message.text, MessageAttributes })
        await client.send(command, { abortSignal: signal })
        return delivered
      } catch (error) {
        return outcomeOf('sns', error, permanent)
      }
    },
    close() {
      opened?.then(
        (client) => client.destroy(),
        () => {},
      )
    },
  }
}

function attributesOf({ smsSenderId, smsOriginationNumber }: SmsSettings): Record<string, MessageAttributeValue> {
  const values = {
    // Codes use the more reliable transactional routes.
    'AWS.SNS.SMS.SMSType': 'Transactional',
    'AWS.SNS.SMS.SenderID': smsSenderId,
    'AWS.MM.SMS.OriginationNumber': smsOriginationNumber,
  }
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  )
}
