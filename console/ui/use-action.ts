import { useState } from 'react'
import { flashError, flashSuccess, flashUndo } from '../shell/flashes.tsx'

type Run = (work: () => Promise<unknown>, done: string, undo?: () => Promise<unknown>) => Promise<void>

/** Does something, and tells how it went: `run(() => cognito(…), texts.users.done)`. Busy until then. */
export function useAction(): [run: Run, busy: boolean] {
  const [busy, setBusy] = useState(false)
  const run: Run = async (work, done, undo) => {
    setBusy(true)
    await work().then(() => (undo ? flashUndo(done, undo) : flashSuccess(done)), flashError)
    setBusy(false)
  }
  return [run, busy]
}
