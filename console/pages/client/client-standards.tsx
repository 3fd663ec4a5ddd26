import SpaceBetween from '@cloudscape-design/components/space-between'
import { isOn } from '../../../src/model/extensions.ts'
import { poolhouse } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, usePoolhouse } from '../../api/queries.ts'
import type { PoolhouseOutput } from '../../api/wire.ts'
import { texts } from '../../texts/texts.ts'
import { DocumentEditor } from '../../ui/document-editor.tsx'
import { Part } from '../../ui/part.tsx'
import { Parts } from '../standards/parts.tsx'

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
        title={t.clientTitle}
        lead={t.clientLead}
        standards={extensions.Standards}
        beneath={(part) => isOn(part, { extensions: pool.data?.Extensions ?? {} })}
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
