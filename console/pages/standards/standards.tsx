import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { poolhouse } from '../../api/call.ts'
import { useMay } from '../../api/permissions.ts'
import { refresh, usePoolhouse } from '../../api/queries.ts'
import type { PoolhouseOutput } from '../../api/wire.ts'
import { settings } from '../../settings.ts'
import type { PageProps } from '../../shell/router.tsx'
import { texts } from '../../texts/texts.ts'
import { DocumentEditor } from '../../ui/document-editor.tsx'
import { Toggle } from '../../ui/fields.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { Part } from '../../ui/part.tsx'
import { SettingsFields } from '../../ui/settings-fields.tsx'
import { useAction } from '../../ui/use-action.ts'
import { Parts } from './parts.tsx'

const t = texts.standards
const putAction = 'poolhouse:PutUserPoolExtensions'

type Extensions = PoolhouseOutput<'GetUserPoolExtensions'>['Extensions']

/** The document is replaced as a whole, so that what is not shown is read again and sent along. */
async function save(UserPoolId: string, change: (present: Extensions) => Extensions): Promise<void> {
  const { Extensions: present } = await poolhouse('GetUserPoolExtensions', { UserPoolId })
  await poolhouse('PutUserPoolExtensions', { UserPoolId, Extensions: change(present) })
  await refresh('GetUserPoolExtensions')
}

export default function StandardsPage({ params }: PageProps) {
  const UserPoolId = params.poolId!
  const may = useMay(putAction)
  const query = usePoolhouse('GetUserPoolExtensions', { UserPoolId })
  const extensions = query.data?.Extensions
  const saveDocument = async (text: string) => {
    await poolhouse('PutUserPoolExtensions', { UserPoolId, Extensions: JSON.parse(text) })
    await refresh('GetUserPoolExtensions')
  }
  return (
    <>
      <PageHead title={t.title} lead={t.lead} />
      {extensions ? (
        <SpaceBetween size="l">
          <Parts
            key={JSON.stringify(extensions.Standards)}
            title={t.parts}
            standards={extensions.Standards}
            mayEdit={may(putAction)}
            onSave={(standards) => save(UserPoolId, (present) => ({ ...present, Standards: standards }))}
          />
          <AccountPage UserPoolId={UserPoolId} extensions={extensions} mayEdit={may(putAction)} />
          <DocumentEditor
            key={JSON.stringify(extensions)}
            title={t.document}
            lead={t.documentLead}
            document={JSON.stringify(extensions)}
            action={t.saveDocument}
            done={t.saved}
            mayEdit={may(putAction)}
            onSave={saveDocument}
          />
        </SpaceBetween>
      ) : (
        <Part title={t.parts} query={query}>
          {null}
        </Part>
      )}
    </>
  )
}

interface Props {
  UserPoolId: string
  extensions: Extensions
  mayEdit: boolean
}

function AccountPage({ UserPoolId, extensions, mayEdit }: Props) {
  const { Enabled = true, AllowDeletion = true } = extensions.AccountPage ?? {}
  const [run] = useAction()
  const set = async (part: { Enabled?: boolean; AllowDeletion?: boolean }) => {
    await run(
      () => save(UserPoolId, (present) => ({ ...present, AccountPage: { ...present.AccountPage, ...part } })),
      t.saved,
    )
  }
  return (
    <Part
      title={t.account}
      lead={t.accountLead}
      actions={
        Enabled ? (
          <Button
            href={`${settings.publicUrl}/${UserPoolId}/account`}
            target="_blank"
            iconName="external"
            iconAlign="right"
          >
            {t.openAccount}
          </Button>
        ) : null
      }
    >
      <SettingsFields mayChange={mayEdit}>
        <SpaceBetween size="xs">
          <Toggle label={t.accountShown} value={Enabled} onChange={(value) => void set({ Enabled: value })} />
          <Toggle
            label={t.accountDeletion}
            value={AllowDeletion}
            onChange={(value) => void set({ AllowDeletion: value })}
          />
        </SpaceBetween>
      </SettingsFields>
    </Part>
  )
}
