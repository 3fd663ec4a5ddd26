import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useState } from 'react'
import { useMay } from '../api/permissions.ts'
import { flashSuccess } from '../shell/flashes.tsx'
import { useQuestionBeforeLeaving } from '../shell/router.tsx'
import { texts } from '../texts/texts.ts'
import { PageHead } from './page-head.tsx'
import { Part } from './part.tsx'
import { type Change, changesBetween, ReviewChanges } from './review-changes.tsx'
import { SettingsFields, ViewOnly } from './settings-fields.tsx'

type Shown = Record<string, unknown>

interface Props<T extends object> {
  title: string
  lead?: ReactNode
  /** The form is a page by itself, or a part of one. */
  as: 'page' | 'part'
  /** Beside the button that saves. */
  actions?: ReactNode
  /** Above the fields: what belongs to the page and is no setting. */
  above?: ReactNode
  /** As they are on the server. */
  settings: T
  /** What the review calls the members of what `review` makes of a draft, or of the draft itself. What has no label is not compared. */
  labels: Record<string, string | undefined>
  /** A draft as people review it. */
  review?: (draft: T) => Shown
  /** The actions that a save takes. */
  needs: readonly string[]
  /** While it is wrong it can't be saved; the fields say why. */
  isSound?: (draft: T) => boolean
  /** Writes what is in the draft, and has what is read by the page read again. */
  onSave(draft: T, changed: string[]): Promise<unknown>
  saved: string
  children(draft: T, change: (part: Partial<T>) => void): ReactNode
}

/**
 * Settings that are changed in place, reviewed as a difference, and then saved. Until somebody changes one, the form follows
 * what the server says; from then on what others change does not disturb them.
 */
export function SettingsForm<T extends object>(props: Props<T>) {
  const [shown, setShown] = useState({ settings: props.settings, round: 0 })
  const [isTouched, setTouched] = useState(false)
  if (!isTouched && JSON.stringify(shown.settings) !== JSON.stringify(props.settings))
    setShown({ settings: props.settings, round: shown.round + 1 })
  const restart = () => {
    setTouched(false)
    setShown({ settings: props.settings, round: shown.round + 1 })
  }
  return (
    <Draft key={shown.round} {...props} settings={shown.settings} onTouch={() => setTouched(true)} onDone={restart} />
  )
}

function Draft<T extends object>({ onTouch, onDone, ...props }: Props<T> & { onTouch(): void; onDone(): void }) {
  const { title, lead, labels, needs, isSound, review = (draft: T) => draft as Shown } = props
  const may = useMay(...needs)
  const mayChange = needs.every(may)
  const before = props.settings
  const [draft, setDraft] = useState(before)
  const [reviewing, setReviewing] = useState(false)
  const changes = changesBetween<Shown>(labels, review(before), review(draft)) as (Change & { name: string })[]
  useQuestionBeforeLeaving(changes.length > 0 && !reviewing ? texts.common.unsaved : undefined)
  const save = async () => {
    await props.onSave(
      draft,
      changes.map(({ name }) => name),
    )
    flashSuccess(props.saved)
    onDone()
  }
  const actions = (
    <SpaceBetween direction="horizontal" size="xs">
      {props.actions}
      {mayChange ? (
        <Button
          variant="primary"
          ariaLabel={props.as === 'part' ? texts.common.reviewOf(title) : undefined}
          disabled={changes.length === 0 || isSound?.(draft) === false}
          onClick={() => setReviewing(true)}
        >
          {texts.common.review}
        </Button>
      ) : (
        <ViewOnly />
      )}
    </SpaceBetween>
  )
  const fields = (
    <SettingsFields mayChange={mayChange}>
      {props.children(draft, (part) => {
        onTouch()
        setDraft((current) => ({ ...current, ...part }))
      })}
    </SettingsFields>
  )
  return (
    <>
      {props.as === 'page' ? (
        <>
          <PageHead title={title} lead={lead} actions={actions} />
          {props.above}
          {fields}
        </>
      ) : (
        <Part title={title} lead={lead} actions={actions}>
          {props.above}
          {fields}
        </Part>
      )}
      {reviewing ? <ReviewChanges changes={changes} onSave={save} onClose={() => setReviewing(false)} /> : null}
    </>
  )
}
