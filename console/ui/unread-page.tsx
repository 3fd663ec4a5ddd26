import { Failure } from './failure.tsx'
import { PageHead } from './page-head.tsx'
import { Reading } from './reading.tsx'

interface Props {
  title: string
  lead?: string
  /** What the page can't do without. */
  queries: { error: unknown; refetch(): Promise<unknown> }[]
}

/** A page of which nothing can be shown yet: it is being read, or that has failed. */
export function UnreadPage({ title, lead, queries }: Props) {
  const failed = queries.filter(({ error }) => error)
  const retry = () => Promise.all(failed.map(({ refetch }) => refetch()))
  return (
    <>
      <PageHead title={title} lead={lead} />
      {failed.length > 0 ? <Failure error={failed[0]!.error} onRetry={retry} /> : <Reading />}
    </>
  )
}
