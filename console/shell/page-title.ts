/** What the page that is shown calls itself: a page about one thing knows its name once it has read it. */
import { useLayoutEffect, useSyncExternalStore } from 'react'

let shown: { path: string; title: string } | undefined
const listeners = new Set<() => void>()

/** For the heading of a page. */
export function useTitle(title: unknown): void {
  useLayoutEffect(() => {
    if (typeof title !== 'string') return
    shown = { path: location.pathname, title }
    for (const listener of listeners) listener()
  }, [title])
}

/** Of the page at the address; undefined until it has a heading. */
export const useTitleOfPage = (): string | undefined =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => (shown?.path === location.pathname ? shown.title : undefined),
  )
