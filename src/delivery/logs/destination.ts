/** The destination of one kind of record: a log group, bucket or delivery stream, by ARN. */
export interface Destination {
  service: 'logs' | 's3' | 'firehose'
  arn: string
  /** Part of the stream or object names at the destination. */
  poolId: string
  /** CloudWatch Logs only: a fixed stream instead of one per day. Its group is created if it doesn't exist. */
  stream?: string
}

export interface LogRecord {
  /** Milliseconds. */
  at: number
  text: string
}

/**
 * Sends a batch sorted by time. Returns the records that were not accepted and may be sent again. @throws the SDK
 * client's errors
 */
export type SendBatch = (destination: Destination, batch: LogRecord[]) => Promise<LogRecord[]>

/** The limits of one call: the lowest of all three services. */
export const batchLimits: Record<Destination['service'], { records: number; bytes: number }> = {
  logs: { records: 10_000, bytes: 1_000_000 },
  firehose: { records: 500, bytes: 4_000_000 },
  s3: { records: 10_000, bytes: 4_000_000 },
}

/** Overhead per record, as CloudWatch Logs counts it. */
export const recordOverhead = 26

/** Undefined if the ARN has no region, or one that can't be part of a host name. */
export const regionOf = (arn: string): string | undefined => arn.split(':')[3]?.match(/^[a-z0-9-]+$/)?.[0]
