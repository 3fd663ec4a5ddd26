import Header, { type HeaderProps } from '@cloudscape-design/components/header'
import type { ReactNode } from 'react'
import { useTitle } from '../shell/page-title.ts'

/** The heading of a page: what it is, in a line what it is for, and what can be done with all of it. */
export function PageHead({
  title,
  lead,
  actions,
  ...rest
}: { title: ReactNode; lead?: ReactNode; actions?: ReactNode } & Pick<HeaderProps, 'counter' | 'info'>) {
  useTitle(title)
  return (
    <div className="page-head">
      <Header variant="h1" description={lead} actions={actions} {...rest}>
        {title}
      </Header>
    </div>
  )
}
