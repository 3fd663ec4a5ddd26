import type { Handlers } from '../handler.ts'
import { createManagedLoginBranding } from './operations/create-managed-login-branding.ts'
import { createTerms } from './operations/create-terms.ts'
import { deleteManagedLoginBranding } from './operations/delete-managed-login-branding.ts'
import { deleteTerms } from './operations/delete-terms.ts'
import { describeManagedLoginBranding } from './operations/describe-managed-login-branding.ts'
import { describeManagedLoginBrandingByClient } from './operations/describe-managed-login-branding-by-client.ts'
import { describeTerms } from './operations/describe-terms.ts'
import { describeTermsByClient } from './operations/describe-terms-by-client.ts'
import { getUICustomization } from './operations/get-ui-customization.ts'
import { listTerms } from './operations/list-terms.ts'
import { setUICustomization } from './operations/set-ui-customization.ts'
import { updateManagedLoginBranding } from './operations/update-managed-login-branding.ts'
import { updateTerms } from './operations/update-terms.ts'

export const brandingOperations = {
  CreateManagedLoginBranding: createManagedLoginBranding,
  DescribeManagedLoginBranding: describeManagedLoginBranding,
  DescribeManagedLoginBrandingByClient: describeManagedLoginBrandingByClient,
  UpdateManagedLoginBranding: updateManagedLoginBranding,
  DeleteManagedLoginBranding: deleteManagedLoginBranding,
  GetUICustomization: getUICustomization,
  SetUICustomization: setUICustomization,
  CreateTerms: createTerms,
  DescribeTerms: describeTerms,
  DescribeTermsByClient: describeTermsByClient,
  ListTerms: listTerms,
  UpdateTerms: updateTerms,
  DeleteTerms: deleteTerms,
} satisfies Handlers
