import type { readerOf } from './environment.ts'

/**
 * The trace exporter's standard OpenTelemetry variables. The exporter itself reads those for headers, certificates and
 * limits.
 */
export interface TracingSettings {
  /** An endpoint for OTLP over HTTP. */
  url: string
  /** Can be overridden by OTEL_RESOURCE_ATTRIBUTES. */
  serviceName?: string
  sampler: (typeof samplers)[number]
  /** The share of traces that ratio-based samplers take. */
  ratio: number
  /** Milliseconds between two exports. */
  exportEvery?: number
  maxWaiting?: number
}

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

/** Undefined if no collector is configured, or another setting turns tracing off. */
export function readTracing(read: ReturnType<typeof readerOf>): TracingSettings | undefined {
  const base = read.url('OTEL_EXPORTER_OTLP_ENDPOINT', ['http:', 'https:'])
  const url = read.url('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', ['http:', 'https:']) ?? (base && `${base}/v1/traces`)
  const exporter = read.oneOf('OTEL_TRACES_EXPORTER', ['otlp', 'none'])
  const sampler = read.oneOf('OTEL_TRACES_SAMPLER', [...samplers]) as TracingSettings['sampler'] | undefined
  const ratio = read.share('OTEL_TRACES_SAMPLER_ARG')
  const serviceName = read.text('OTEL_SERVICE_NAME')
  const exportEvery = read.number('OTEL_BSP_SCHEDULE_DELAY', 1, 3_600_000)
  const maxWaiting = read.number('OTEL_BSP_MAX_QUEUE_SIZE', 1, 1_000_000)
  if (read.text('OTEL_SDK_DISABLED')?.toLowerCase() === 'true' || exporter === 'none') return undefined
  if (!url && exporter !== 'otlp') return undefined
  return {
    url: url ?? 'http://localhost:4318/v1/traces',
    serviceName,
    sampler: sampler ?? 'parentbased_always_on',
    ratio: ratio ?? 1,
    exportEvery,
    maxWaiting,
  }
}
