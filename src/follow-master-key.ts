import type { Context } from './context.ts'
import { followInterval, readMasterKey } from './store/installation.ts'

/** With two master keys, a server seals with the one that the database names. */
export function followMasterKey({ db, keyring, log }: Pick<Context, 'db' | 'keyring' | 'log'>): { stop(): void } {
  const timer = setInterval(
    () => readMasterKey(db, keyring).catch((error) => log.error({ err: error }, 'the master key could not be read')),
    followInterval,
  )
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
