import type { InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda'
import type { Credentials } from '../config.ts'
import { awsRequestHandler } from '../lib/aws-request-handler.ts'
import { OutboundRefused } from '../lib/outbound.ts'
import type { FunctionArn } from './function-arn.ts'
import { failed, maxAnswerBytes, type Outcome, type Runner, timedOut, tooLong } from './runner.ts'

/**
 * The Invoke API of Lambda: AWS itself, or anything that speaks it. Where the endpoint is AWS and no key pair is set,
 * the usual chain of the SDK finds one. The client is loaded with the first call.
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
      // A function that ran may have done its work although the answer was lost.
      maxAttempts: 1,
      // An operator names the endpoint, and may name one of their own network.
      requestHandler: awsRequestHandler({ maxBytes: maxAnswerBytes, allowPrivateAddresses: true }),
    })
  }

  return {
    has: () => true,

    async run(target, payload, signal) {
      try {
        const { InvokeCommand } = await import('@aws-sdk/client-lambda')
        const client = await clientFor(target.region)
        const command = new InvokeCommand({ ...addressOf(target, isAws), Payload: Buffer.from(payload) })
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

// Stand-ins know their functions by name; an account in the ARN would be another one's.
function addressOf({ arn, name, qualifier }: FunctionArn, isAws: boolean) {
  return isAws ? { FunctionName: arn } : { FunctionName: name, Qualifier: qualifier }
}

function outcomeOf({ Payload, FunctionError }: InvokeCommandOutput): Outcome {
  const payload = Buffer.from(Payload ?? []).toString()
  return FunctionError ? { kind: 'threw', message: errorMessage(payload) } : { kind: 'answered', payload }
}

/** What Lambda makes of an exception: `{"errorMessage":…,"errorType":…}`. */
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
