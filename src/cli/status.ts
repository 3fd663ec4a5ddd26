import { readConfig } from '../config.ts'
import { type Finding, failed, ok, report, wantsJson } from './findings.ts'

/** Reports whether the server at POOLHOUSE_PUBLIC_URL is running and ready. */
export async function status(args: string[]): Promise<void> {
  const json = wantsJson('status', args)
  const { publicUrl } = readConfig('dev', process.env)
  report([await serverFinding(publicUrl)], json)
}

async function serverFinding(publicUrl: string): Promise<Finding> {
  const started = performance.now()
  try {
    const answer = await fetch(`${publicUrl}/health/ready`, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })
    const milliseconds = Math.round(performance.now() - started)
    const health = stateOf(await answer.text())
    if (health === undefined)
      return failed('server', `${publicUrl} answers ${answer.status}, but not as Poolhouse does.`)
    if (!answer.ok) return failed('server', `${publicUrl} is not ready: ${health}.`)
    return ok('server', `${publicUrl} is ready and answered in ${milliseconds} ms.`)
  } catch (error) {
    return failed('server', `${publicUrl} does not answer: ${reasonOf(error as Error)}.`)
  }
}

function stateOf(body: string): string | undefined {
  try {
    const { status } = JSON.parse(body)
    return typeof status === 'string' ? status : undefined
  } catch {
    return undefined
  }
}

function reasonOf({ name, message, cause }: Error): string {
  if (name === 'TimeoutError') return 'no answer within ten seconds'
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? message
}
