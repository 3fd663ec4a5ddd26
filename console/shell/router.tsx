/** Addresses of the console: each page has one, with what it shows in the query, so that it can be linked to. */
import { type ComponentType, type MouseEvent, type ReactNode, useEffect, useSyncExternalStore } from 'react'

export const base = '/console/'

export type Params = Record<string, string>

const listeners = new Set<() => void>()

const pathNow = () => location.pathname.slice(base.length) + location.search

/** What is shown: where in the history, and its path and query below the base. */
let place = { path: pathNow(), index: Number(history.state?.index ?? 0) }

function moved(to: typeof place): void {
  place = to
  for (const listener of listeners) listener()
}

addEventListener('popstate', () => {
  // A fragment, such as that of the skip link, makes an entry without a state.
  const next = { path: pathNow(), index: Number(history.state?.index ?? place.index + 1) }
  // Back again, which comes here a second time, at the same path.
  if (next.path !== place.path && !mayLeave()) history.go(place.index - next.index)
  else moved(next)
})

function onLocation(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Path and query below the base. */
export const useLocation = (): string => useSyncExternalStore(onLocation, () => place.path)

/** Goes to a path below the base. What is replaced leaves no entry in the history. */
export function navigate(path: string, { replace = false } = {}): void {
  let { index } = place
  if (replace) history.replaceState(history.state, '', base + path)
  else {
    if (!mayLeave()) return
    history.replaceState({ ...history.state, index, scroll: scrollY }, '')
    index += 1
    history.pushState({ index }, '', base + path)
  }
  moved({ path: pathNow(), index })
}

/** Asks whoever has not saved what they have changed, before it is gone. */
export function mayLeave(): boolean {
  const [question] = questions.values()
  if (question && !confirm(question)) return false
  questions.clear()
  return true
}

/** What is asked before the page is left, by the forms that have changes which are not saved. */
const questions = new Map<symbol, string>()

export function useQuestionBeforeLeaving(question: string | undefined): void {
  useEffect(() => {
    if (question === undefined) return
    const form = Symbol()
    questions.set(form, question)
    return () => {
      questions.delete(form)
    }
  }, [question])
}

const works = new Set<symbol>()

/** While the work goes on, the browser asks before it closes the tab. */
export async function holdTab<Result>(work: () => Promise<Result>): Promise<Result> {
  const own = Symbol()
  works.add(own)
  try {
    return await work()
  } finally {
    works.delete(own)
  }
}

addEventListener('beforeunload', (event) => {
  if (questions.size > 0 || works.size > 0) event.preventDefault()
})

/** The parameters of the address, and how to change some of them; `undefined` removes one. */
export function useQueryParams(): [Params, (change: Record<string, string | undefined>) => void] {
  const [path = '', search = ''] = useLocation().split('?')
  return [
    Object.fromEntries(new URLSearchParams(search)),
    (change) => {
      const query = new URLSearchParams(location.search)
      for (const [name, value] of Object.entries(change)) {
        if (value === undefined || value === '') query.delete(name)
        else query.set(name, value)
      }
      navigate(query.size === 0 ? path : `${path}?${query}`, { replace: true })
    },
  ]
}

/** `pools/:poolId` with its parameters in, escaped. */
export const pathTo = (pattern: string, params: Params): string =>
  pattern.replace(/:(\w+)/g, (_, name) => encodeURIComponent(params[name] ?? ''))

/** The parameters of a path, if the pattern is its. */
export function matchPath(pattern: string, path: string): Params | undefined {
  const [wanted, parts] = [pattern.split('/'), path.split('?')[0]!.replace(/\/$/, '').split('/')]
  if (wanted.length !== parts.length) return undefined
  const params: Params = {}
  for (const [index, part] of wanted.entries()) {
    const value = decoded(parts[index]!)
    if (value === undefined || (value === '') !== (part === '')) return undefined
    if (part.startsWith(':')) params[part.slice(1)] = value
    else if (part !== value) return undefined
  }
  return params
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/** For the `onFollow` of Cloudscape and the `onClick` of anchors: follows the console's own links without a load. */
export function follow(event: { detail?: { href?: string; external?: boolean }; preventDefault(): void }): void {
  const { href, external } = event.detail ?? {}
  if (!href?.startsWith(base) || external) return
  event.preventDefault()
  navigate(href.slice(base.length))
}

interface LinkProps {
  to: string
  children: ReactNode
  className?: string
  /** Where one is. */
  current?: boolean
}

export function Link({ to, children, className, current = false }: LinkProps) {
  const onClick = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    navigate(to)
  }
  return (
    <a href={base + to} onClick={onClick} className={className} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  )
}

export interface PageProps {
  params: Params
}

export type PageComponent = ComponentType<PageProps>
