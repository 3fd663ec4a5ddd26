import type { ReactNode } from 'react'
import { usePermissionsPending } from '../api/permissions.ts'
import { texts } from '../texts/texts.ts'
import { ReadOnly } from './read-only.tsx'

/** Fields of settings, which a role that may not save them sees as values. */
export const SettingsFields = ({ mayChange, children }: { mayChange: boolean; children: ReactNode }) => (
  <ReadOnly value={!mayChange}>
    <div className="settings">{children}</div>
  </ReadOnly>
)

/** In the place of the button that saves. Nothing is said of the role before it is known. */
export const ViewOnly = () => (usePermissionsPending() ? null : <span className="quiet">{texts.common.viewOnly}</span>)
