import Button from '@cloudscape-design/components/button'
import type { TableProps } from '@cloudscape-design/components/table'
import { texts } from '../texts/texts.ts'

interface Props<Item> {
  text: string
  /** For screen readers: the action with the row that it is about. */
  label(item: Item): string
  disabled?: boolean
  /** Whether the row has it, where not all have. */
  isOffered?(item: Item): boolean
  onClick(item: Item): void
}

/** The last column of a table: what can be done with each row. */
export const actionColumn = <Item,>({
  text,
  label,
  disabled = false,
  isOffered = () => true,
  onClick,
}: Props<Item>): TableProps.ColumnDefinition<Item> => ({
  id: 'action',
  header: <span className="unseen">{texts.common.actions}</span>,
  cell: (item) =>
    isOffered(item) ? (
      <Button variant="inline-link" disabled={disabled} ariaLabel={label(item)} onClick={() => onClick(item)}>
        {text}
      </Button>
    ) : null,
})
