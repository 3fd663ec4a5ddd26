/** Work that goes on when its dialog or its page is left: every page shows how far it is, and a tab asks before it closes. */
import Button from '@cloudscape-design/components/button'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import { isRefusal } from '../api/api-error.ts'
import { retry } from '../api/retry.ts'
import { currentSession } from '../session/session.ts'
import { texts } from '../texts/texts.ts'
import { inParallel } from '../ui/in-parallel.ts'
import { flashItem } from './flashes.tsx'
import { holdTab } from './router.tsx'

const t = texts.shell.work

interface Work<Item> {
  title: string
  /** May be read page by page while the work goes on. */
  items: Iterable<Item> | AsyncIterable<Item>
  /** How many there are, as far as is known before. */
  total: number
  nameOf(item: Item): string
  run(item: Item): Promise<unknown>
  /** Once no more is done: what was read before is read again. */
  after(): Promise<unknown>
  done(count: number): string
}

/** However many are refused, so many are named. */
const maxNamed = 50
/** In milliseconds: the page is not drawn anew for each item. */
const drawEvery = 100

/** Does the same for each item, and tells what was refused for whom. What is refused stops nothing. */
export async function workOff<Item>({ title, items, total, nameOf, run, after, done }: Work<Item>): Promise<void> {
  const isSame = sameSigner()
  let isStopped = false
  let count = 0
  let drawnAt = 0
  const refusals: Refusals = { count: 0, named: [] }
  const stop = () => {
    isStopped = true
  }
  const progress = () => ({
    type: 'in-progress' as const,
    ariaRole: 'status' as const,
    loading: true,
    dismissible: false,
    content: (
      <ProgressBar
        variant="flash"
        value={total === 0 ? 0 : Math.min(100, (100 * count) / total)}
        label={title}
        description={t.progress(count, Math.max(count, total))}
      />
    ),
    action: <Button onClick={stop}>{t.stop}</Button>,
  })
  const flash = flashItem(progress())
  const work = async (item: Item) => {
    await retry(() => run(item), isTooFast).catch((error) => {
      refusals.count++
      if (refusals.named.length < maxNamed) refusals.named.push([nameOf(item), (error as Error).message])
    })
    count++
    if (Date.now() - drawnAt < drawEvery) return
    drawnAt = Date.now()
    flash(progress())
  }
  let broken: Error | undefined
  await holdTab(async () => {
    await inParallel(items, work, { isStopped: () => isStopped || !isSame() }).catch((error) => {
      broken = error
    })
    await after()
  })
  const isWhole = !broken && !isStopped && isSame()
  if (isWhole && refusals.count === 0) flash({ type: 'success', ariaRole: 'status', content: done(count) })
  else
    flash({
      type: refusals.count > 0 || broken ? 'error' : 'info',
      ariaRole: 'alert',
      header: isWhole ? title : t.stopped(title, count, Math.max(count, total)),
      content: (
        <>
          {broken ? <p>{broken.message}</p> : null}
          {refusals.count > 0 ? <Refused {...refusals} /> : null}
        </>
      ),
    })
}

/** Whether who has begun is still signed in: what one has begun is not done by another. */
function sameSigner(): () => boolean {
  const signer = () => {
    const session = currentSession()
    return 'arn' in session ? session.arn : undefined
  }
  const first = signer()
  return () => signer() === first
}

const isTooFast = (error: unknown) => isRefusal(error, 'TooManyRequestsException')

interface Refusals {
  count: number
  named: [name: string, message: string][]
}

function Refused({ count, named }: Refusals) {
  return (
    <>
      {t.refused(count)}
      <ul>
        {named.map(([name, message]) => (
          <li key={name}>
            {name}: {message}
          </li>
        ))}
        {count > named.length ? <li>{t.more(count - named.length)}</li> : null}
      </ul>
    </>
  )
}
