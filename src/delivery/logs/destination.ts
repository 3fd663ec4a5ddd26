/** Where records of one kind go, by the ARN of a log group, a bucket or a delivery stream. */
export interface Destination {
  service: 'logs' | 's3' | 'firehose'
  arn: string
  /** Part of the names under which records are found there. */
  poolId: string
  /** Of CloudWatch Logs, in place of one for each day; its group is made where there is none. */
  stream?: string
}

export interface LogRecord {
  /** Milliseconds. */
  at: number
  text: string
}

/** Sends a batch, in the order of time. Answers what was not taken and may be sent again. @throws what a client of the SDK does */
export type SendBatch = (destination: Destination, batch: LogRecord[]) => Promise<LogRecord[]>

/** What one call takes, of all three services the least that matters to it. */
export const batchLimits: Record<Destination['service'], { records: number; bytes: number }> = {
  logs: { records: 10_000, bytes: 1_000_000 },
  firehose: { records: 500, bytes: 4_000_000 },
  s3: { records: 10_000, bytes: 4_000_000 },
}

/** What a record weighs beside its text, as CloudWatch Logs counts. */
export const recordOverhead = 26

/** Undefined where an ARN names none, or something that is no part of a host's name. */
export const regionOf = (arn: string): string | undefined => arn.split(':')[3]?.match(/^[a-z0-9-]+$/)?.[0]
