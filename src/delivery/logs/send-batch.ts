import { randomUUID } from 'node:crypto'
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs'
import type { FirehoseClient } from '@aws-sdk/client-firehose'
import type { S3Client } from '@aws-sdk/client-s3'
import type { Credentials } from '../../config.ts'
import { awsRequestHandler } from '../../lib/aws-request-handler.ts'
import { type Destination, type LogRecord, regionOf, type SendBatch } from './destination.ts'

export interface LogEndpoint {
  /** May contain `{service}` and `{region}`. */
  endpoint: string
  credentials?: Credentials
  /** For buckets, whose ARN has no region. */
  region: string
  allowPrivateAddresses: boolean
}

const maxAnswerBytes = 1024 * 1024

type Client = CloudWatchLogsClient | FirehoseClient | S3Client

/**
 * Sends with the AWS SDK's clients, to AWS or a compatible service. Each client is loaded with the first record for it.
 */
export function createSender(target: LogEndpoint): { send: SendBatch; close(): void } {
  const clients = new Map<string, Promise<Client>>()
  // If the endpoint depends on the ARN, the operator has not named its host.
  const allowPrivateAddresses = target.allowPrivateAddresses || !target.endpoint.includes('{region}')
  const isAws = /\.amazonaws\.com(\.cn)?(:|\/|$)/.test(target.endpoint)

  function connect<Kind extends Client>(
    { service, arn }: Destination,
    load: (settings: ReturnType<typeof settingsFor>) => Promise<Kind>,
  ): Promise<Kind> {
    const region = regionOf(arn) ?? target.region
    const key = `${service} ${region}`
    const client = clients.get(key) ?? load(settingsFor(service, region))
    clients.set(key, client)
    return client as Promise<Kind>
  }

  function settingsFor(service: Destination['service'], region: string) {
    const local = { accessKeyId: 'local', secretAccessKey: 'local' }
    return {
      endpoint: target.endpoint.replaceAll('{service}', service).replaceAll('{region}', region),
      region,
      credentials: target.credentials ?? (isAws ? undefined : local),
      // The queue resends what did not arrive, together with newer records.
      maxAttempts: 1,
      requestHandler: awsRequestHandler({ maxBytes: maxAnswerBytes, allowPrivateAddresses }),
    }
  }

  const services: Record<Destination['service'], SendBatch> = {
    async logs(destination, batch) {
      const { CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } = await import(
        '@aws-sdk/client-cloudwatch-logs'
      )
      const client = await connect(destination, async (settings) => new CloudWatchLogsClient(settings))
      const logGroupName = destination.arn.split(':log-group:')[1]!.replace(/:\*$/, '')
      const logStreamName = destination.stream ?? `${destination.poolId}/${dayOf(batch[0]!)}`
      const logEvents = batch.map(({ at, text }) => ({ timestamp: at, message: text }))
      const put = () => client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }))
      try {
        await put()
      } catch (error) {
        if (nameOf(error) !== 'ResourceNotFoundException') throw error
        // A log group named by a pool must be created by its owner. If it doesn't exist, creating the day's stream
        // fails and says so.
        if (destination.stream) await ignoreExisting(client.send(new CreateLogGroupCommand({ logGroupName })))
        await ignoreExisting(client.send(new CreateLogStreamCommand({ logGroupName, logStreamName })))
        await put()
      }
      return []
    },

    async firehose(destination, batch) {
      const { FirehoseClient, PutRecordBatchCommand } = await import('@aws-sdk/client-firehose')
      const client = await connect(destination, async (settings) => new FirehoseClient(settings))
      const answer = await client.send(
        new PutRecordBatchCommand({
          DeliveryStreamName: destination.arn.split(':deliverystream/')[1],
          Records: batch.map(({ text }) => ({ Data: Buffer.from(`${text}\n`) })),
        }),
      )
      if (!answer.FailedPutCount) return []
      return batch.filter((_, index) => answer.RequestResponses?.[index]?.ErrorCode !== undefined)
    },

    async s3(destination, batch) {
      const { PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3')
      const client = await connect(
        destination,
        async (settings) => new S3Client({ ...settings, forcePathStyle: !isAws }),
      )
      await client.send(
        new PutObjectCommand({
          Bucket: destination.arn.split(':::')[1],
          Key: `AWSLogs/${destination.poolId}/${dayOf(batch[0]!)}/${randomUUID()}.json`,
          ContentType: 'application/x-ndjson',
          Body: batch.map(({ text }) => `${text}\n`).join(''),
        }),
      )
      return []
    },
  }

  return {
    send: (destination, batch) => services[destination.service](destination, batch),
    close() {
      for (const client of clients.values())
        client.then(
          (open) => open.destroy(),
          () => {},
        )
    },
  }
}

/** `2026/11/21` */
const dayOf = ({ at }: LogRecord): string => new Date(at).toISOString().slice(0, 10).replaceAll('-', '/')

async function ignoreExisting(made: Promise<unknown>): Promise<void> {
  await made.catch((refused) => {
    if (nameOf(refused) !== 'ResourceAlreadyExistsException') throw refused
  })
}

const nameOf = (error: unknown): string | undefined => (error instanceof Error ? error.name : undefined)
