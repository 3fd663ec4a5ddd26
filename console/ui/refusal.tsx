import { useEffect, useRef } from 'react'
import { Failure } from './failure.tsx'

/** What was refused of a form, which is led to its sight: a tall one ends below the edge of the window or its dialog. */
export function Refusal({ error }: { error: unknown }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (error) place.current?.scrollIntoView({ block: 'center' })
  }, [error])
  if (!error) return null
  return (
    <div ref={place}>
      <Failure error={error} />
    </div>
  )
}
