import type { ReactNode } from 'react'
import { texts } from '../texts/texts.ts'
import { ReadOnly } from './read-only.tsx'

/** Fields of settings, which a role that may not save them sees as values. */
export const SettingsFields = ({ mayChange, children }: { mayChange: boolean; children: ReactNode }) => (
  <ReadOnly value={!mayChange}>
    <div className="settings">{children}</div>
  </ReadOnly>
)

/** In the place of the button that saves. */
export const ViewOnly = () => <span className="quiet">{texts.common.viewOnly}</span>
