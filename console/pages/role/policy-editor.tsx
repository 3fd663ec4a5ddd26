import { useMay } from '../../api/permissions.ts'
import { texts } from '../../texts/texts.ts'
import { DocumentEditor } from '../../ui/document-editor.tsx'
import { type Role, saveRole } from './save-role.ts'

const t = texts.roles
const putAction = 'poolhouse:PutRole'

export function PolicyEditor({ role }: { role: Role }) {
  const may = useMay(putAction)
  return (
    <DocumentEditor
      title={t.policy}
      lead={t.policyLead}
      document={role.PolicyDocument}
      action={t.savePolicy}
      done={t.policySaved}
      mayEdit={may(putAction)}
      onSave={(PolicyDocument) => saveRole(role.RoleName, () => ({ PolicyDocument }))}
    />
  )
}
