import type { LogConfigurationType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { FeatureUnavailableInTier, InvalidParameter } from '../../model/errors.ts'
import type { Pool } from '../pools/pool.ts'
import { tierAllows } from '../pools/tiers.ts'

/** @throws InvalidParameterException, FeatureUnavailableInTierException */
export function checkLogConfigurations(ctx: Context, pool: Pool, input: LogConfigurationType[]): void {
  const sources = input.map(({ EventSource }) => EventSource)
  if (new Set(sources).size < sources.length)
    throw new InvalidParameter('Following event sources appear more then once in a request')
  for (const configuration of input) checkOne(ctx, pool, configuration)
}

function checkOne(ctx: Context, pool: Pool, configuration: LogConfigurationType): void {
  checkDestination(ctx, configuration)
  const { EventSource, LogLevel } = configuration
  if (EventSource === 'userNotification') {
    if (LogLevel !== 'ERROR') throw new InvalidParameter('The log level of userNotification must be ERROR.')
    if (!configuration.CloudWatchLogsConfiguration)
      throw new InvalidParameter('userNotification can only be sent to CloudWatch Logs.')
    return
  }
  if (LogLevel !== 'INFO') throw new InvalidParameter('The log level of userAuthEvents must be INFO.')
  if (!tierAllows(ctx, pool.settings, 'PLUS'))
    throw new FeatureUnavailableInTier(
      `The following feature is not available for the ${pool.settings.UserPoolTier} pricing tier configured: Log Streaming`,
    )
}

function checkDestination(ctx: Context, configuration: LogConfigurationType): void {
  const { EventSource } = configuration
  const group = configuration.CloudWatchLogsConfiguration?.LogGroupArn
  const bucket = configuration.S3Configuration?.BucketArn
  const stream = configuration.FirehoseConfiguration?.StreamArn
  if ([group, bucket, stream].filter((arn) => arn !== undefined).length !== 1)
    throw new InvalidParameter(`The log configuration of ${EventSource} must have exactly one destination.`)
  if (group !== undefined && !/^arn:[\w-]+:logs:[\w-]+:\d+:log-group:[\w+=/,.@#-]+(:\*)?$/.test(group))
    throw new InvalidParameter('The LogGroupArn is not that of a log group.')
  if (bucket !== undefined && !/^arn:[\w-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw new InvalidParameter('The BucketArn is not that of a bucket.')
  if (stream !== undefined && !/^arn:[\w-]+:firehose:[\w-]+:\d+:deliverystream\/[\w.-]{1,64}$/.test(stream))
    throw new InvalidParameter('The StreamArn is not that of a delivery stream.')
  const region = (group ?? stream)?.split(':')[3]
  if (ctx.config.strict && region !== undefined && region !== ctx.config.region)
    throw new InvalidParameter('ARN does not belong to current region')
}
