import { useEffect, useState } from 'react'
import { texts } from '../../texts/texts.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Failure } from '../../ui/failure.tsx'
import { pagesOfUsers, type UserSearch } from './user-pages.ts'

const t = texts.users.bulk

export interface Counted {
  count: number
  /** When the last of them was created, in seconds since 1970. */
  newest: number
}

interface Props {
  search: UserSearch
  action: keyof typeof t.effects
  onConfirm(counted: Counted): Promise<unknown>
  onClose(): void
}

/** Asks before something is done to all that a search finds, who are counted first. */
export function ConfirmAll({ search, action, onConfirm, onClose }: Props) {
  const { count, newest, isWhole, error, again } = useCount(search)
  return (
    <Confirm
      title={isWhole ? t.question(t[action], t.allOf(count)) : t[action]}
      action={t[action]}
      disabled={!isWhole || count === 0}
      typed={isWhole && count > 0 && action === 'delete' ? t.deleteWord(count) : undefined}
      onConfirm={() => onConfirm({ count, newest })}
      onClose={onClose}
    >
      <p role="status">{isWhole ? t.counted(count) : t.counting(count)}</p>
      <p>{t.effects[action]}</p>
      <Failure error={error} onRetry={again} />
    </Confirm>
  )
}

const none: Counted = { count: 0, newest: 0 }

function useCount(search: UserSearch) {
  const [attempt, setAttempt] = useState({ search })
  const [counted, setCounted] = useState(none)
  const [isWhole, setWhole] = useState(false)
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    let isLeft = false
    const count = async () => {
      let sum = none
      for await (const page of pagesOfUsers(attempt.search)) {
        if (isLeft) return
        const newest = page.reduce((latest, { UserCreateDate = 0 }) => Math.max(latest, UserCreateDate), sum.newest)
        sum = { count: sum.count + page.length, newest }
        setCounted(sum)
      }
      if (!isLeft) setWhole(true)
    }
    count().catch((failure) => !isLeft && setError(failure))
    return () => {
      isLeft = true
    }
  }, [attempt])
  const again = () => {
    setError(undefined)
    setAttempt({ search })
  }
  return { ...counted, isWhole, error, again }
}
