import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { isOn } from '../../../src/model/extensions.ts'
import { poolhouse } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, usePoolhouse } from '../../api/queries.ts'
import type { PoolhouseOutput } from '../../api/wire.ts'
import { useQuestionBeforeLeaving } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { DocumentEditor } from '../../ui/document-editor.tsx'
import { Part } from '../../ui/part.tsx'
import { useAction } from '../../ui/use-action.ts'
import { PartTable, type Standards } from '../standards/part-table.tsx'

const t = texts.standards
const readPool = 'poolhouse:GetUserPoolExtensions'
const putAction = 'poolhouse:PutClientExtensions'

type Extensions = PoolhouseOutput<'GetClientExtensions'>['Extensions']

interface Props {
  UserPoolId: string
  ClientId: string
}

export function ClientStandards({ UserPoolId, ClientId }: Props) {
  const may = useMay(putAction, readPool)
  const query = usePoolhouse('GetClientExtensions', { UserPoolId, ClientId })
  const pool = usePoolhouse('GetUserPoolExtensions', { UserPoolId }, { enabled: may(readPool) })
  const extensions = query.data?.Extensions
  const put = async (next: Extensions) => {
    await poolhouse('PutClientExtensions', { UserPoolId, ClientId, Extensions: next })
    await refresh('GetClientExtensions')
  }
  if (!extensions)
    return (
      <Part title={t.clientTitle} query={query}>
        {null}
      </Part>
    )
  return (
    <SpaceBetween size="l" key={JSON.stringify(extensions)}>
      <Parts
        extensions={extensions}
        pool={pool.data?.Extensions ?? {}}
        mayEdit={may(putAction)}
        onSave={async (standards) => {
          const { Extensions: present } = await poolhouse('GetClientExtensions', { UserPoolId, ClientId })
          await put({ ...present, Standards: standards })
        }}
      />
      <DocumentEditor
        title={t.document}
        lead={t.documentLead}
        document={JSON.stringify(extensions)}
        action={t.saveDocument}
        done={t.saved}
        mayEdit={may(putAction)}
        onSave={(text) => put(JSON.parse(text))}
      />
    </SpaceBetween>
  )
}

interface PartsProps {
  extensions: Extensions
  pool: PoolhouseOutput<'GetUserPoolExtensions'>['Extensions']
  mayEdit: boolean
  onSave(standards: NonNullable<Extensions['Standards']>): Promise<unknown>
}

function Parts({ extensions, pool, mayEdit, onSave }: PartsProps) {
  const before: Standards = extensions.Standards ?? {}
  const [draft, setDraft] = useState(before)
  const [run, busy] = useAction()
  const isChanged = JSON.stringify(draft) !== JSON.stringify(before)
  useQuestionBeforeLeaving(isChanged ? texts.common.unsaved : undefined)
  return (
    <Part
      title={t.clientTitle}
      lead={t.clientLead}
      actions={
        mayEdit ? (
          <Button
            variant="primary"
            loading={busy}
            disabled={!isChanged}
            onClick={() => run(() => onSave(draft), t.saved)}
          >
            {texts.common.save}
          </Button>
        ) : null
      }
    >
      <PartTable
        standards={draft}
        beneath={(part) => isOn(part, { extensions: pool })}
        disabled={!mayEdit}
        onChange={setDraft}
      />
    </Part>
  )
}
