import { ApiError } from '../api/api-error.ts'
import { advice } from '../texts/en/common.ts'
import { texts } from '../texts/texts.ts'

/** What was refused, and what to do about it. */
export function describeError(error: unknown): { header: string; content: React.ReactNode } {
  if (!(error instanceof ApiError)) return { header: texts.shell.failed, content: String(error) }
  const hint = Object.hasOwn(advice, error.type) ? advice[error.type] : undefined
  return {
    header: error.message,
    content: (
      <>
        {hint} <small>{error.type}</small>
        {error.requestId && error.status >= 500 ? <small> · {texts.shell.requestId(error.requestId)}</small> : null}
      </>
    ),
  }
}
