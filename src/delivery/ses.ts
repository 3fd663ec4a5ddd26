import type { SESv2Client } from '@aws-sdk/client-sesv2'
import type { Transporter } from 'nodemailer'
import type { AwsEndpoint } from '../config.ts'
import { clientSettings, outcomeOf } from './aws.ts'
import { type MailSettings, mailOf, notAnAddress } from './mail.ts'
import { delivered, refused } from './outcome.ts'
import type { Transport } from './transport.ts'

const permanent = new Set([
  'BadRequestException',
  'MailFromDomainNotVerifiedException',
  'MessageRejected',
  'NotFoundException',
])

/**
 * Sends mail with the Amazon SES API, the same mail that SMTP would carry. The clients are loaded with the first mail.
 */
export function createSes(
  endpoint: AwsEndpoint,
  settings: MailSettings & { allowPrivateAddresses: boolean },
): Transport {
  let opened: Promise<{ client: SESv2Client; transporter: Transporter }> | undefined

  async function open() {
    const [{ createTransport }, { SESv2Client, SendEmailCommand }] = await Promise.all([
      import('nodemailer'),
      import('@aws-sdk/client-sesv2'),
    ])
    const client = new SESv2Client(clientSettings(endpoint, settings))
    return { client, transporter: createTransport({ SES: { sesClient: client, SendEmailCommand } }) as Transporter }
  }

  return {
    async send(parcel) {
      const mail = mailOf(parcel, settings)
      if (!mail) return refused(notAnAddress)
      const { configurationSet } = parcel.message
      try {
        opened ??= open()
        const { transporter } = await opened
        await transporter.sendMail({
          ...mail,
          disableFileAccess: true,
          disableUrlAccess: true,
          ...(configurationSet && { ses: { ConfigurationSetName: configurationSet } }),
        } as Parameters<Transporter['sendMail']>[0])
        return delivered
      } catch (error) {
        return outcomeOf('ses', error, permanent)
      }
    },
    close() {
      opened?.then(
        ({ client }) => client.destroy(),
        () => {},
      )
    },
  }
}
