import type { Query } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { isTransient } from '../api/api-error.ts'
import { queryClient } from '../api/queries.ts'
import { texts } from '../texts/texts.ts'
import { FailureAlert, useHasRetriable } from '../ui/failure.tsx'

const cache = queryClient.getQueryCache()

/** What the page has asked for in vain. */
const isFailed = (query: Query) => query.isActive() && isTransient(query.state.error)
const retry = () => queryClient.refetchQueries({ predicate: isFailed })

/**
 * Says it where the page itself does not: of what stands on it from before, of choices that a form offers, of what the role
 * may do.
 */
export function UnreadNotice() {
  const error = useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () => cache.getAll().find(isFailed)?.state.error,
  )
  const isSaid = useHasRetriable()
  if (!error || isSaid) return null
  return <FailureAlert error={error} lead={texts.shell.unread} onRetry={retry} />
}
