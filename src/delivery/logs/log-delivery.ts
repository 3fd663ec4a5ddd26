import type { LogConfigurationType } from '@aws-sdk/client-cognito-identity-provider'
import type { Logger } from 'pino'
import type { Config } from '../../config.ts'
import type { Destination } from './destination.ts'
import { createLogQueue } from './log-queue.ts'
import { createSender } from './send-batch.ts'

export interface LogDelivery {
  /** Writes a record of a pool to standard output, and to the pool's destination if this server can reach it. */
  add(poolId: string, configuration: LogConfigurationType, record: object, at: Date): void
  /** Writes a line of text, if this server can reach its destination. */
  addLine(destination: Destination, text: string, at: Date): void
  flush(): Promise<void>
  close(): Promise<void>
}

type Settings = Pick<Config, 'logDeliveryEndpoint' | 'logDeliveryCredentials' | 'region' | 'allowPrivateAddresses'>

const maxCloseTime = 5000

export function createLogDelivery(config: Settings, log: Logger): LogDelivery {
  const endpoint = config.logDeliveryEndpoint
  const sender = endpoint
    ? createSender({ ...config, endpoint, credentials: config.logDeliveryCredentials })
    : undefined
  const queue = sender && createLogQueue(sender.send, log)

  return {
    add(poolId, configuration, record, at) {
      const level = configuration.LogLevel === 'ERROR' ? 'error' : 'info'
      log[level]({ record }, 'user pool log record')
      const destination = destinationOf(poolId, configuration)
      if (destination) queue?.add(destination, { at: at.getTime(), text: JSON.stringify(record) })
    },
    addLine(destination, text, at) {
      queue?.add(destination, { at: at.getTime(), text })
    },
    flush: async () => queue?.flush(),
    async close() {
      let timer: NodeJS.Timeout | undefined
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, maxCloseTime)
      })
      await Promise.race([queue?.close(), patience])
      clearTimeout(timer)
      sender?.close()
    },
  }
}

function destinationOf(poolId: string, configuration: LogConfigurationType): Destination | undefined {
  const { CloudWatchLogsConfiguration, S3Configuration, FirehoseConfiguration } = configuration
  if (CloudWatchLogsConfiguration?.LogGroupArn)
    return { service: 'logs', arn: CloudWatchLogsConfiguration.LogGroupArn, poolId }
  if (S3Configuration?.BucketArn) return { service: 's3', arn: S3Configuration.BucketArn, poolId }
  if (FirehoseConfiguration?.StreamArn) return { service: 'firehose', arn: FirehoseConfiguration.StreamArn, poolId }
  return undefined
}
