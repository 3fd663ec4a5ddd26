import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import type { ReactNode } from 'react'
import { isRefusal } from '../api/api-error.ts'
import { Failure } from './failure.tsx'
import { Reading } from './reading.tsx'

interface Props {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  /** Of what the part reads. */
  query?: { data: unknown; isPending: boolean; error: unknown; refetch(): unknown }
  /** What is shown where the pool does not have what the part reads. */
  off?: ReactNode
  /** Known without asking for it. */
  isOff?: boolean
  children: ReactNode
}

/** Whether the pool does not have what was asked for. */
export const isOffRefusal = (error: unknown): boolean =>
  isRefusal(error, 'OperationNotEnabledException', 'UserPoolAddOnNotEnabledException')

/** A part of a page that is read by itself: what fails in it leaves the others standing. */
export function Part({ title, lead, actions, query, off, isOff: isKnownOff = false, children }: Props) {
  const isOff = isKnownOff || (off !== undefined && isOffRefusal(query?.error))
  return (
    <Container
      fitHeight
      header={
        <Header variant="h2" description={lead} actions={actions}>
          {title}
        </Header>
      }
    >
      {isOff ? off : null}
      {query?.error && !isOff ? <Failure error={query.error} onRetry={query.refetch} /> : null}
      {query?.isPending && !query.error && !isOff ? <Reading /> : null}
      {/* What has been read stays where reading it again has failed: somebody may be typing in it. */}
      {isOff || (query && query.data === undefined) ? null : children}
    </Container>
  )
}
