import { rmdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { bringUp, type Launch } from './bring-up.ts'
import { FolderInUse, isLastUser, takeOwnership, takeUse } from './locks.ts'
import { shutDown } from './postmaster.ts'
import { type Session, whatIsWrong } from './session.ts'

export interface Attachment extends Launch {
  /** Whether this process serves from the folder, or is a command beside the one that does. */
  owns: boolean
  log: (message: string) => void
}

/**
 * Starts the server and takes this process's locks on it. If a server is just stopping, the call may fail with it, and
 * is retried once.
 */
export async function attach(attachment: Attachment, signal: AbortSignal): Promise<Session> {
  for (let attempt = 1; ; attempt++) {
    const session = await bringUp(attachment, signal)
    try {
      await takeUse(session)
      if (attachment.owns) await takeOwnership(session, attachment.location.pgdata)
      return session
    } catch (error) {
      await session.end()
      if (error instanceof FolderInUse || attempt === 10) throw error
    }
  }
}

export interface Hold {
  session: Session
  /** Set while the server is being brought back. */
  returning?: Promise<void>
}

/** Restarts the server and takes the locks again whenever it goes away, until stopped. */
export async function keepAttached(hold: Hold, attachment: Attachment, signal: AbortSignal): Promise<void> {
  while (true) {
    await hold.session.closed
    if (signal.aborted) return
    attachment.log('PostgreSQL went away; starting it again')
    hold.returning = reattach(hold, attachment, signal)
    await hold.returning
    if (signal.aborted) return
    attachment.log('PostgreSQL is back')
  }
}

async function reattach(hold: Hold, attachment: Attachment, signal: AbortSignal): Promise<void> {
  for (let delay = 250; !signal.aborted; delay = Math.min(delay * 2, 10_000)) {
    try {
      hold.session = await attach(attachment, signal)
      hold.session.hold(false)
      return
    } catch (error) {
      if (signal.aborted) return
      attachment.log(`${(error as Error).message}; trying again`)
      await sleep(delay, undefined, { ref: false, signal }).catch(() => {})
    }
  }
}

/** Releases the server; the last user stops it. */
export async function detach(hold: Hold, { location, log }: Attachment): Promise<void> {
  await hold.returning
  const { session } = hold
  session.hold(true)
  try {
    if (!(await isLastUser(session))) log('Another process uses PostgreSQL, which stays up for it')
    else if (await shutDown(location, session)) await rmdir(session.socketDir).catch(() => {})
    else log(`PostgreSQL in ${location.pgdata} is still busy stopping`)
  } catch (error) {
    if (!whatIsWrong(error)) throw error
  }
  await session.end()
}
