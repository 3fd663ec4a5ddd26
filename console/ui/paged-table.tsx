import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Pagination from '@cloudscape-design/components/pagination'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table, { type TableProps } from '@cloudscape-design/components/table'
import type { ReactNode } from 'react'
import { texts } from '../texts/texts.ts'
import { Failure } from './failure.tsx'
import { Reading } from './reading.tsx'
import type { Paged } from './use-paged.ts'

interface Props<Item>
  extends Pick<
    TableProps<Item>,
    'columnDefinitions' | 'header' | 'filter' | 'selectionType' | 'selectedItems' | 'variant'
  > {
  paged: Paged<Item>
  /** What screen readers call the table. */
  label: string
  idOf(item: Item): string
  empty: ReactNode
  onSelect?: (items: Item[]) => void
}

/** A table of one page of a list. */
export function PagedTable<Item>({
  paged,
  label,
  idOf,
  empty,
  onSelect,
  variant = 'full-page',
  ...table
}: Props<Item>) {
  // The buttons that turn pages stand above the rows on a narrow screen, and would push them down.
  if (paged.isLoading) return variant === 'full-page' ? <ReadingCard /> : <Reading />
  const pagesCount = paged.page + (paged.hasNext ? 1 : 0)
  // Whoever comes near the buttons is about to turn the page.
  const ahead = { onPointerEnter: paged.prepareNext, onFocus: paged.prepareNext }
  const failure = <Failure error={paged.error} onRetry={paged.reload} />
  const hasRows = paged.items.length > 0
  const whole = (
    <Table
      {...table}
      variant={variant === 'full-page' ? 'container' : variant}
      items={paged.items}
      trackBy={idOf}
      wrapLines
      empty={
        paged.error ? (
          failure
        ) : (
          <Box textAlign="center" padding="l">
            {empty}
          </Box>
        )
      }
      ariaLabels={{
        tableLabel: label,
        selectionGroupLabel: label,
        itemSelectionLabel: (_, item) => texts.common.selectItem(idOf(item)),
        allItemsSelectionLabel: () => texts.common.selectAll,
      }}
      onSelectionChange={({ detail }) => onSelect?.(detail.selectedItems)}
      pagination={
        pagesCount > 1 ? (
          <div role="presentation" {...ahead}>
            <Pagination
              currentPageIndex={paged.page}
              pagesCount={pagesCount}
              openEnd={paged.hasNext}
              disabled={paged.isChanging}
              onChange={({ detail }) => paged.goTo(detail.currentPageIndex)}
              ariaLabels={{
                nextPageLabel: texts.common.nextPage,
                previousPageLabel: texts.common.previousPage,
                pageLabel: texts.common.pageLabel,
              }}
            />
          </div>
        ) : undefined
      }
    />
  )
  // What is searched for may be what was refused, so that the search stays, as do the rows that are there.
  return (
    <SpaceBetween size="s">
      {hasRows ? failure : null}
      {whole}
    </SpaceBetween>
  )
}

const ReadingCard = () => (
  <Container>
    <Reading />
  </Container>
)
