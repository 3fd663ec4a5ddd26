import { useState } from 'react'
import { flashError, flashSuccess } from '../shell/flashes.tsx'

/** Does something, and tells how it went: `run(() => cognito(…), texts.users.done)`. Busy until then. */
export function useAction(): [run: (work: () => Promise<unknown>, done: string) => Promise<void>, busy: boolean] {
  const [busy, setBusy] = useState(false)
  const run = async (work: () => Promise<unknown>, done: string) => {
    setBusy(true)
    await work().then(() => flashSuccess(done), flashError)
    setBusy(false)
  }
  return [run, busy]
}
