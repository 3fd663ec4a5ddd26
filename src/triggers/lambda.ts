import type { InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda'
import type { Credentials } from '../config.ts'
import { awsRequestHandler } from '../lib/aws-request-handler.ts'
import { OutboundRefused } from '../lib/outbound.ts'
import { currentSpan } from '../lib/spans.ts'
import type { FunctionArn } from './function-arn.ts'
import { failed, maxAnswerBytes, type Outcome, type Runner, timedOut, tooLong } from './runner.ts'

/**
 * Calls the Invoke API of Lambda, at AWS or a compatible service. If the endpoint is AWS and no key pair is set, the
 * SDK's default credential chain is used. The client is loaded with the first call.
 */
export function createLambdaRunner(endpoint: string, credentials: Credentials | undefined): Runner {
  const isAws = /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname)
  const clients = new Map<string, Promise<LambdaClient>>()

  const clientFor = (region: string): Promise<LambdaClient> => {
    const client = clients.get(region) ?? connect(region)
    clients.set(region, client)
    return client
  }

  async function connect(region: string): Promise<LambdaClient> {
    const { LambdaClient } = await import('@aws-sdk/client-lambda')
    const local = { accessKeyId: 'local', secretAccessKey: 'local' }
    return new LambdaClient({
      endpoint,
      region,
      credentials: credentials ?? (isAws ? undefined : local),
      // No retries: the function may have done its work even if the response was lost.
      maxAttempts: 1,
      // The operator sets the endpoint, which may be in a private network.
      requestHandler: awsRequestHandler({ maxBytes: maxAnswerBytes, allowPrivateAddresses: true }),
    })
  }

  return {
    place: `Lambda at ${endpoint} (POOLHOUSE_LAMBDA_ENDPOINT)`,
    has: () => true,

    async run(target, payload, signal) {
      try {
        const { InvokeCommand } = await import('@aws-sdk/client-lambda')
        const client = await clientFor(target.region)
        const command = new InvokeCommand({
          ...addressOf(target, isAws),
          Payload: Buffer.from(payload),
          ClientContext: clientContext(),
        })
        return outcomeOf(await client.send(command, { abortSignal: signal }))
      } catch (error) {
        if (signal.aborted) return timedOut
        return error instanceof OutboundRefused ? tooLong : failed(nameOf(error))
      }
    },

    close() {
      for (const client of clients.values())
        client.then(
          (open) => open.destroy(),
          () => {},
        )
    },
  }
}

/** A function reads the trace from `context.clientContext.custom`. */
function clientContext(): string | undefined {
  const custom = currentSpan()?.headers()
  return custom && Buffer.from(JSON.stringify({ custom })).toString('base64')
}

// Emulators look functions up by name; the account in the ARN may not be theirs.
function addressOf({ arn, name, qualifier }: FunctionArn, isAws: boolean) {
  return isAws ? { FunctionName: arn } : { FunctionName: name, Qualifier: qualifier }
}

function outcomeOf({ Payload, FunctionError }: InvokeCommandOutput): Outcome {
  const payload = Buffer.from(Payload ?? []).toString()
  if (!FunctionError) return { kind: 'answered', payload }
  return {
    kind: 'threw',
    message: errorMessage(payload),
    thrown: { type: errorType(payload), stack: stackTrace(payload) },
  }
}

function errorType(payload: string): string | undefined {
  try {
    const { errorType } = JSON.parse(payload)
    return typeof errorType === 'string' ? errorType : undefined
  } catch {
    return undefined
  }
}

/** As its runtimes report it: a list of lines, `trace` from JavaScript and `stackTrace` from others. */
function stackTrace(payload: string): string | undefined {
  try {
    const { trace, stackTrace } = JSON.parse(payload)
    const lines = trace ?? stackTrace
    return Array.isArray(lines) ? lines.map(String).join('\n') : undefined
  } catch {
    return undefined
  }
}

/** Lambda's payload for an exception: `{"errorMessage":…,"errorType":…}`. */
export function errorMessage(payload: string): string {
  try {
    const { errorMessage } = JSON.parse(payload)
    return typeof errorMessage === 'string' ? errorMessage : String(errorMessage ?? null)
  } catch {
    return 'null'
  }
}

function nameOf(error: unknown): string {
  const { name, code } = error as { name?: string; code?: string }
  return name && name !== 'Error' ? name : (code ?? 'ServiceException')
}
