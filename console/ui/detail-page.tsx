import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useState } from 'react'
import { useMay } from '../api/permissions.ts'
import { flashSuccess } from '../shell/flashes.tsx'
import { navigate } from '../shell/router.tsx'
import { texts } from '../texts/texts.ts'
import { Confirm } from './confirm.tsx'
import { PageHead } from './page-head.tsx'

interface Props {
  title: string
  lead?: string | undefined
  /** Confirmed by the name, and followed by the page at the path. Offered to who may do it. */
  remove: { needs: string; name: string; title: string; text: string; run(): Promise<void>; done: string; path: string }
  edit?: { needs: string; form(close: () => void): ReactNode }
  /** What else can be done with all of it. */
  actions?: ReactNode
  children: ReactNode
}

/** A page about one thing, which can be deleted. */
export function DetailPage({ title, lead, remove, edit, actions, children }: Props) {
  const may = useMay(remove.needs, ...(edit ? [edit.needs] : []))
  const [open, setOpen] = useState<'edit' | 'delete'>()
  const close = () => setOpen(undefined)
  const confirm = async () => {
    await remove.run()
    flashSuccess(remove.done)
    navigate(remove.path)
  }
  return (
    <>
      <PageHead
        title={title}
        lead={lead}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            {may(remove.needs) ? <Button onClick={() => setOpen('delete')}>{texts.common.delete}</Button> : null}
            {edit && may(edit.needs) ? <Button onClick={() => setOpen('edit')}>{texts.common.edit}</Button> : null}
            {actions}
          </SpaceBetween>
        }
      />
      <SpaceBetween size="l">{children}</SpaceBetween>
      {open === 'edit' ? edit?.form(close) : null}
      {open === 'delete' ? (
        <Confirm
          title={remove.title}
          action={texts.common.delete}
          typed={remove.name}
          onConfirm={confirm}
          onClose={close}
        >
          {remove.text}
        </Confirm>
      ) : null}
    </>
  )
}
