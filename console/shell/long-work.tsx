/** Work that goes on when its dialog or its page is left: every page shows how far it is, and a tab asks before it closes. */
import Button from '@cloudscape-design/components/button'
import ProgressBar from '@cloudscape-design/components/progress-bar'
import { texts } from '../texts/texts.ts'
import { type Failed, inParallel } from '../ui/in-parallel.ts'
import { flashItem } from './flashes.tsx'
import { holdTab } from './router.tsx'

const t = texts.shell.work

interface Work<Item> {
  title: string
  items: readonly Item[]
  nameOf(item: Item): string
  run(item: Item): Promise<unknown>
  /** Once no more is done: what was read before is read again. */
  after(): Promise<unknown>
  done: string
}

/** Does the same for each item, and tells what was refused for whom. What is refused stops nothing. */
export async function workOff<Item>({ title, items, nameOf, run, after, done }: Work<Item>): Promise<void> {
  let stopped = false
  let count = 0
  const stop = () => {
    stopped = true
  }
  const progress = () => ({
    type: 'in-progress' as const,
    ariaRole: 'status' as const,
    loading: true,
    dismissible: false,
    content: (
      <ProgressBar
        variant="flash"
        value={(100 * count) / items.length}
        label={title}
        description={t.progress(count, items.length)}
      />
    ),
    action: <Button onClick={stop}>{t.stop}</Button>,
  })
  const flash = flashItem(progress())
  const onProgress = (finished: number) => {
    count = finished
    flash(progress())
  }
  const failed = await holdTab(async () => {
    const refused = await inParallel(items, run, onProgress, { isStopped: () => stopped })
    await after()
    return refused
  })
  if (failed.length === 0 && count === items.length) flash({ type: 'success', ariaRole: 'status', content: done })
  else
    flash({
      type: failed.length > 0 ? 'error' : 'info',
      ariaRole: 'alert',
      header: count < items.length ? t.stopped(title, count, items.length) : title,
      content: failed.length > 0 ? <Refusals failed={failed} nameOf={nameOf} /> : undefined,
    })
}

const maxNamed = 50

function Refusals<Item>({ failed, nameOf }: { failed: Failed<Item>[]; nameOf(item: Item): string }) {
  return (
    <>
      {t.refused(failed.length)}
      <ul>
        {failed.slice(0, maxNamed).map(({ item, error }) => (
          <li key={nameOf(item)}>
            {nameOf(item)}: {(error as Error).message}
          </li>
        ))}
        {failed.length > maxNamed ? <li>{t.more(failed.length - maxNamed)}</li> : null}
      </ul>
    </>
  )
}
