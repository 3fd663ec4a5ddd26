import { applyMode, Mode } from '@cloudscape-design/global-styles'
import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

const storageKey = 'poolhouse.theme'
const systemIsDark = matchMedia('(prefers-color-scheme: dark)')
const listeners = new Set<() => void>()

let theme = readTheme()

function readTheme(): Theme {
  const stored = localStorage.getItem(storageKey)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

export const useTheme = (): Theme =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => theme,
  )

export function setTheme(chosen: Theme): void {
  theme = chosen
  localStorage.setItem(storageKey, chosen)
  apply()
  for (const listener of listeners) listener()
}

export function startTheme(): void {
  systemIsDark.addEventListener('change', apply)
  apply()
}

function apply(): void {
  const isDark = theme === 'dark' || (theme === 'system' && systemIsDark.matches)
  applyMode(isDark ? Mode.Dark : Mode.Light)
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light'
}
