import type { ReactNode } from 'react'
import { texts } from '../texts/texts.ts'

/** Fields of settings, which a role that may not save them can only read. */
export const SettingsFields = ({ mayChange, children }: { mayChange: boolean; children: ReactNode }) => (
  <fieldset className="settings" disabled={!mayChange}>
    {children}
  </fieldset>
)

/** In the place of the button that saves. */
export const ViewOnly = () => <span className="quiet">{texts.common.viewOnly}</span>
