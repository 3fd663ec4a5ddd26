/**
 * The input and output types of every operation, as declared by the public SDK. Required members are made non-optional:
 * the dispatcher refuses a call that lacks one before a handler sees it.
 */
import type * as sdk from '@aws-sdk/client-cognito-identity-provider'

/** The SDK marks required members as `T | undefined`; validation has removed the undefined. */
type Certain<T> = {
  [K in keyof T]: undefined extends T[K] ? (object extends Pick<T, K> ? T[K] : Exclude<T[K], undefined>) : T[K]
}
type Op<I, O> = { input: Certain<I>; output: Omit<O, '$metadata'> }

export interface Operations {
  AddCustomAttributes: Op<sdk.AddCustomAttributesCommandInput, sdk.AddCustomAttributesCommandOutput>
  AddUserPoolClientSecret: Op<sdk.AddUserPoolClientSecretCommandInput, sdk.AddUserPoolClientSecretCommandOutput>
  AdminAddUserToGroup: Op<sdk.AdminAddUserToGroupCommandInput, sdk.AdminAddUserToGroupCommandOutput>
  AdminConfirmSignUp: Op<sdk.AdminConfirmSignUpCommandInput, sdk.AdminConfirmSignUpCommandOutput>
  AdminCreateUser: Op<sdk.AdminCreateUserCommandInput, sdk.AdminCreateUserCommandOutput>
  AdminDeleteSoftwareToken: Op<sdk.AdminDeleteSoftwareTokenCommandInput, sdk.AdminDeleteSoftwareTokenCommandOutput>
  AdminDeleteUser: Op<sdk.AdminDeleteUserCommandInput, sdk.AdminDeleteUserCommandOutput>
  AdminDeleteUserAttributes: Op<sdk.AdminDeleteUserAttributesCommandInput, sdk.AdminDeleteUserAttributesCommandOutput>
  AdminDisableProviderForUser: Op<
    sdk.AdminDisableProviderForUserCommandInput,
    sdk.AdminDisableProviderForUserCommandOutput
  >
  AdminDisableUser: Op<sdk.AdminDisableUserCommandInput, sdk.AdminDisableUserCommandOutput>
  AdminEnableUser: Op<sdk.AdminEnableUserCommandInput, sdk.AdminEnableUserCommandOutput>
  AdminForgetDevice: Op<sdk.AdminForgetDeviceCommandInput, sdk.AdminForgetDeviceCommandOutput>
  AdminGetDevice: Op<sdk.AdminGetDeviceCommandInput, sdk.AdminGetDeviceCommandOutput>
  AdminGetUser: Op<sdk.AdminGetUserCommandInput, sdk.AdminGetUserCommandOutput>
  AdminGetUserAuthFactors: Op<sdk.AdminGetUserAuthFactorsCommandInput, sdk.AdminGetUserAuthFactorsCommandOutput>
  AdminInitiateAuth: Op<sdk.AdminInitiateAuthCommandInput, sdk.AdminInitiateAuthCommandOutput>
  AdminLinkProviderForUser: Op<sdk.AdminLinkProviderForUserCommandInput, sdk.AdminLinkProviderForUserCommandOutput>
  AdminListDevices: Op<sdk.AdminListDevicesCommandInput, sdk.AdminListDevicesCommandOutput>
  AdminListGroupsForUser: Op<sdk.AdminListGroupsForUserCommandInput, sdk.AdminListGroupsForUserCommandOutput>
  AdminListUserAuthEvents: Op<sdk.AdminListUserAuthEventsCommandInput, sdk.AdminListUserAuthEventsCommandOutput>
  AdminListUserSessions: Op<sdk.AdminListUserSessionsCommandInput, sdk.AdminListUserSessionsCommandOutput>
  AdminRemoveUserFromGroup: Op<sdk.AdminRemoveUserFromGroupCommandInput, sdk.AdminRemoveUserFromGroupCommandOutput>
  AdminResetUserPassword: Op<sdk.AdminResetUserPasswordCommandInput, sdk.AdminResetUserPasswordCommandOutput>
  AdminRespondToAuthChallenge: Op<
    sdk.AdminRespondToAuthChallengeCommandInput,
    sdk.AdminRespondToAuthChallengeCommandOutput
  >
  AdminRevokeUserSession: Op<sdk.AdminRevokeUserSessionCommandInput, sdk.AdminRevokeUserSessionCommandOutput>
  AdminSetUserMFAPreference: Op<sdk.AdminSetUserMFAPreferenceCommandInput, sdk.AdminSetUserMFAPreferenceCommandOutput>
  AdminSetUserPassword: Op<sdk.AdminSetUserPasswordCommandInput, sdk.AdminSetUserPasswordCommandOutput>
  AdminSetUserSettings: Op<sdk.AdminSetUserSettingsCommandInput, sdk.AdminSetUserSettingsCommandOutput>
  AdminUpdateAuthEventFeedback: Op<
    sdk.AdminUpdateAuthEventFeedbackCommandInput,
    sdk.AdminUpdateAuthEventFeedbackCommandOutput
  >
  AdminUpdateDeviceStatus: Op<sdk.AdminUpdateDeviceStatusCommandInput, sdk.AdminUpdateDeviceStatusCommandOutput>
  AdminUpdateUserAttributes: Op<sdk.AdminUpdateUserAttributesCommandInput, sdk.AdminUpdateUserAttributesCommandOutput>
  AdminUserGlobalSignOut: Op<sdk.AdminUserGlobalSignOutCommandInput, sdk.AdminUserGlobalSignOutCommandOutput>
  AssociateSoftwareToken: Op<sdk.AssociateSoftwareTokenCommandInput, sdk.AssociateSoftwareTokenCommandOutput>
  ChangePassword: Op<sdk.ChangePasswordCommandInput, sdk.ChangePasswordCommandOutput>
  CompleteWebAuthnRegistration: Op<
    sdk.CompleteWebAuthnRegistrationCommandInput,
    sdk.CompleteWebAuthnRegistrationCommandOutput
  >
  ConfirmDevice: Op<sdk.ConfirmDeviceCommandInput, sdk.ConfirmDeviceCommandOutput>
  ConfirmForgotPassword: Op<sdk.ConfirmForgotPasswordCommandInput, sdk.ConfirmForgotPasswordCommandOutput>
  ConfirmSignUp: Op<sdk.ConfirmSignUpCommandInput, sdk.ConfirmSignUpCommandOutput>
  CreateGroup: Op<sdk.CreateGroupCommandInput, sdk.CreateGroupCommandOutput>
  CreateIdentityProvider: Op<sdk.CreateIdentityProviderCommandInput, sdk.CreateIdentityProviderCommandOutput>
  CreateManagedLoginBranding: Op<
    sdk.CreateManagedLoginBrandingCommandInput,
    sdk.CreateManagedLoginBrandingCommandOutput
  >
  CreateResourceServer: Op<sdk.CreateResourceServerCommandInput, sdk.CreateResourceServerCommandOutput>
  CreateTerms: Op<sdk.CreateTermsCommandInput, sdk.CreateTermsCommandOutput>
  CreateUserImportJob: Op<sdk.CreateUserImportJobCommandInput, sdk.CreateUserImportJobCommandOutput>
  CreateUserPool: Op<sdk.CreateUserPoolCommandInput, sdk.CreateUserPoolCommandOutput>
  CreateUserPoolClient: Op<sdk.CreateUserPoolClientCommandInput, sdk.CreateUserPoolClientCommandOutput>
  CreateUserPoolDomain: Op<sdk.CreateUserPoolDomainCommandInput, sdk.CreateUserPoolDomainCommandOutput>
  CreateUserPoolReplica: Op<sdk.CreateUserPoolReplicaCommandInput, sdk.CreateUserPoolReplicaCommandOutput>
  DeleteGroup: Op<sdk.DeleteGroupCommandInput, sdk.DeleteGroupCommandOutput>
  DeleteIdentityProvider: Op<sdk.DeleteIdentityProviderCommandInput, sdk.DeleteIdentityProviderCommandOutput>
  DeleteManagedLoginBranding: Op<
    sdk.DeleteManagedLoginBrandingCommandInput,
    sdk.DeleteManagedLoginBrandingCommandOutput
  >
  DeleteResourceServer: Op<sdk.DeleteResourceServerCommandInput, sdk.DeleteResourceServerCommandOutput>
  DeleteTerms: Op<sdk.DeleteTermsCommandInput, sdk.DeleteTermsCommandOutput>
  DeleteUser: Op<sdk.DeleteUserCommandInput, sdk.DeleteUserCommandOutput>
  DeleteUserAttributes: Op<sdk.DeleteUserAttributesCommandInput, sdk.DeleteUserAttributesCommandOutput>
  DeleteUserPool: Op<sdk.DeleteUserPoolCommandInput, sdk.DeleteUserPoolCommandOutput>
  DeleteUserPoolClient: Op<sdk.DeleteUserPoolClientCommandInput, sdk.DeleteUserPoolClientCommandOutput>
  DeleteUserPoolClientSecret: Op<
    sdk.DeleteUserPoolClientSecretCommandInput,
    sdk.DeleteUserPoolClientSecretCommandOutput
  >
  DeleteUserPoolDomain: Op<sdk.DeleteUserPoolDomainCommandInput, sdk.DeleteUserPoolDomainCommandOutput>
  DeleteUserPoolReplica: Op<sdk.DeleteUserPoolReplicaCommandInput, sdk.DeleteUserPoolReplicaCommandOutput>
  DeleteWebAuthnCredential: Op<sdk.DeleteWebAuthnCredentialCommandInput, sdk.DeleteWebAuthnCredentialCommandOutput>
  DescribeIdentityProvider: Op<sdk.DescribeIdentityProviderCommandInput, sdk.DescribeIdentityProviderCommandOutput>
  DescribeManagedLoginBranding: Op<
    sdk.DescribeManagedLoginBrandingCommandInput,
    sdk.DescribeManagedLoginBrandingCommandOutput
  >
  DescribeManagedLoginBrandingByClient: Op<
    sdk.DescribeManagedLoginBrandingByClientCommandInput,
    sdk.DescribeManagedLoginBrandingByClientCommandOutput
  >
  DescribeResourceServer: Op<sdk.DescribeResourceServerCommandInput, sdk.DescribeResourceServerCommandOutput>
  DescribeRiskConfiguration: Op<sdk.DescribeRiskConfigurationCommandInput, sdk.DescribeRiskConfigurationCommandOutput>
  DescribeTerms: Op<sdk.DescribeTermsCommandInput, sdk.DescribeTermsCommandOutput>
  DescribeTermsByClient: Op<sdk.DescribeTermsByClientCommandInput, sdk.DescribeTermsByClientCommandOutput>
  DescribeUserImportJob: Op<sdk.DescribeUserImportJobCommandInput, sdk.DescribeUserImportJobCommandOutput>
  DescribeUserPool: Op<sdk.DescribeUserPoolCommandInput, sdk.DescribeUserPoolCommandOutput>
  DescribeUserPoolClient: Op<sdk.DescribeUserPoolClientCommandInput, sdk.DescribeUserPoolClientCommandOutput>
  DescribeUserPoolDomain: Op<sdk.DescribeUserPoolDomainCommandInput, sdk.DescribeUserPoolDomainCommandOutput>
  ForgetDevice: Op<sdk.ForgetDeviceCommandInput, sdk.ForgetDeviceCommandOutput>
  ForgotPassword: Op<sdk.ForgotPasswordCommandInput, sdk.ForgotPasswordCommandOutput>
  GetCSVHeader: Op<sdk.GetCSVHeaderCommandInput, sdk.GetCSVHeaderCommandOutput>
  GetClientToken: Op<sdk.GetClientTokenCommandInput, sdk.GetClientTokenCommandOutput>
  GetDevice: Op<sdk.GetDeviceCommandInput, sdk.GetDeviceCommandOutput>
  GetGroup: Op<sdk.GetGroupCommandInput, sdk.GetGroupCommandOutput>
  GetIdentityProviderByIdentifier: Op<
    sdk.GetIdentityProviderByIdentifierCommandInput,
    sdk.GetIdentityProviderByIdentifierCommandOutput
  >
  GetLogDeliveryConfiguration: Op<
    sdk.GetLogDeliveryConfigurationCommandInput,
    sdk.GetLogDeliveryConfigurationCommandOutput
  >
  GetProvisionedLimit: Op<sdk.GetProvisionedLimitCommandInput, sdk.GetProvisionedLimitCommandOutput>
  GetSigningCertificate: Op<sdk.GetSigningCertificateCommandInput, sdk.GetSigningCertificateCommandOutput>
  GetTokensFromRefreshToken: Op<sdk.GetTokensFromRefreshTokenCommandInput, sdk.GetTokensFromRefreshTokenCommandOutput>
  GetUICustomization: Op<sdk.GetUICustomizationCommandInput, sdk.GetUICustomizationCommandOutput>
  GetUser: Op<sdk.GetUserCommandInput, sdk.GetUserCommandOutput>
  GetUserAttributeVerificationCode: Op<
    sdk.GetUserAttributeVerificationCodeCommandInput,
    sdk.GetUserAttributeVerificationCodeCommandOutput
  >
  GetUserAuthFactors: Op<sdk.GetUserAuthFactorsCommandInput, sdk.GetUserAuthFactorsCommandOutput>
  GetUserPoolClientSessionConfiguration: Op<
    sdk.GetUserPoolClientSessionConfigurationCommandInput,
    sdk.GetUserPoolClientSessionConfigurationCommandOutput
  >
  GetUserPoolMfaConfig: Op<sdk.GetUserPoolMfaConfigCommandInput, sdk.GetUserPoolMfaConfigCommandOutput>
  GetUserPoolSessionConfiguration: Op<
    sdk.GetUserPoolSessionConfigurationCommandInput,
    sdk.GetUserPoolSessionConfigurationCommandOutput
  >
  GlobalSignOut: Op<sdk.GlobalSignOutCommandInput, sdk.GlobalSignOutCommandOutput>
  InitiateAuth: Op<sdk.InitiateAuthCommandInput, sdk.InitiateAuthCommandOutput>
  ListDevices: Op<sdk.ListDevicesCommandInput, sdk.ListDevicesCommandOutput>
  ListGroups: Op<sdk.ListGroupsCommandInput, sdk.ListGroupsCommandOutput>
  ListIdentityProviders: Op<sdk.ListIdentityProvidersCommandInput, sdk.ListIdentityProvidersCommandOutput>
  ListResourceServers: Op<sdk.ListResourceServersCommandInput, sdk.ListResourceServersCommandOutput>
  ListTagsForResource: Op<sdk.ListTagsForResourceCommandInput, sdk.ListTagsForResourceCommandOutput>
  ListTerms: Op<sdk.ListTermsCommandInput, sdk.ListTermsCommandOutput>
  ListUserImportJobs: Op<sdk.ListUserImportJobsCommandInput, sdk.ListUserImportJobsCommandOutput>
  ListUserPoolClientSecrets: Op<sdk.ListUserPoolClientSecretsCommandInput, sdk.ListUserPoolClientSecretsCommandOutput>
  ListUserPoolClients: Op<sdk.ListUserPoolClientsCommandInput, sdk.ListUserPoolClientsCommandOutput>
  ListUserPoolReplicas: Op<sdk.ListUserPoolReplicasCommandInput, sdk.ListUserPoolReplicasCommandOutput>
  ListUserPools: Op<sdk.ListUserPoolsCommandInput, sdk.ListUserPoolsCommandOutput>
  ListUserSessions: Op<sdk.ListUserSessionsCommandInput, sdk.ListUserSessionsCommandOutput>
  ListUsers: Op<sdk.ListUsersCommandInput, sdk.ListUsersCommandOutput>
  ListUsersInGroup: Op<sdk.ListUsersInGroupCommandInput, sdk.ListUsersInGroupCommandOutput>
  ListWebAuthnCredentials: Op<sdk.ListWebAuthnCredentialsCommandInput, sdk.ListWebAuthnCredentialsCommandOutput>
  ResendConfirmationCode: Op<sdk.ResendConfirmationCodeCommandInput, sdk.ResendConfirmationCodeCommandOutput>
  RespondToAuthChallenge: Op<sdk.RespondToAuthChallengeCommandInput, sdk.RespondToAuthChallengeCommandOutput>
  RevokeToken: Op<sdk.RevokeTokenCommandInput, sdk.RevokeTokenCommandOutput>
  RevokeUserSession: Op<sdk.RevokeUserSessionCommandInput, sdk.RevokeUserSessionCommandOutput>
  SetLogDeliveryConfiguration: Op<
    sdk.SetLogDeliveryConfigurationCommandInput,
    sdk.SetLogDeliveryConfigurationCommandOutput
  >
  SetRiskConfiguration: Op<sdk.SetRiskConfigurationCommandInput, sdk.SetRiskConfigurationCommandOutput>
  SetUICustomization: Op<sdk.SetUICustomizationCommandInput, sdk.SetUICustomizationCommandOutput>
  SetUserMFAPreference: Op<sdk.SetUserMFAPreferenceCommandInput, sdk.SetUserMFAPreferenceCommandOutput>
  SetUserPoolClientSessionConfiguration: Op<
    sdk.SetUserPoolClientSessionConfigurationCommandInput,
    sdk.SetUserPoolClientSessionConfigurationCommandOutput
  >
  SetUserPoolMfaConfig: Op<sdk.SetUserPoolMfaConfigCommandInput, sdk.SetUserPoolMfaConfigCommandOutput>
  SetUserPoolSessionConfiguration: Op<
    sdk.SetUserPoolSessionConfigurationCommandInput,
    sdk.SetUserPoolSessionConfigurationCommandOutput
  >
  SetUserSettings: Op<sdk.SetUserSettingsCommandInput, sdk.SetUserSettingsCommandOutput>
  SignUp: Op<sdk.SignUpCommandInput, sdk.SignUpCommandOutput>
  StartUserImportJob: Op<sdk.StartUserImportJobCommandInput, sdk.StartUserImportJobCommandOutput>
  StartWebAuthnRegistration: Op<sdk.StartWebAuthnRegistrationCommandInput, sdk.StartWebAuthnRegistrationCommandOutput>
  StopUserImportJob: Op<sdk.StopUserImportJobCommandInput, sdk.StopUserImportJobCommandOutput>
  TagResource: Op<sdk.TagResourceCommandInput, sdk.TagResourceCommandOutput>
  UntagResource: Op<sdk.UntagResourceCommandInput, sdk.UntagResourceCommandOutput>
  UpdateAuthEventFeedback: Op<sdk.UpdateAuthEventFeedbackCommandInput, sdk.UpdateAuthEventFeedbackCommandOutput>
  UpdateDeviceStatus: Op<sdk.UpdateDeviceStatusCommandInput, sdk.UpdateDeviceStatusCommandOutput>
  UpdateGroup: Op<sdk.UpdateGroupCommandInput, sdk.UpdateGroupCommandOutput>
  UpdateIdentityProvider: Op<sdk.UpdateIdentityProviderCommandInput, sdk.UpdateIdentityProviderCommandOutput>
  UpdateManagedLoginBranding: Op<
    sdk.UpdateManagedLoginBrandingCommandInput,
    sdk.UpdateManagedLoginBrandingCommandOutput
  >
  UpdateProvisionedLimit: Op<sdk.UpdateProvisionedLimitCommandInput, sdk.UpdateProvisionedLimitCommandOutput>
  UpdateResourceServer: Op<sdk.UpdateResourceServerCommandInput, sdk.UpdateResourceServerCommandOutput>
  UpdateTerms: Op<sdk.UpdateTermsCommandInput, sdk.UpdateTermsCommandOutput>
  UpdateUserAttributes: Op<sdk.UpdateUserAttributesCommandInput, sdk.UpdateUserAttributesCommandOutput>
  UpdateUserPool: Op<sdk.UpdateUserPoolCommandInput, sdk.UpdateUserPoolCommandOutput>
  UpdateUserPoolClient: Op<sdk.UpdateUserPoolClientCommandInput, sdk.UpdateUserPoolClientCommandOutput>
  UpdateUserPoolDomain: Op<sdk.UpdateUserPoolDomainCommandInput, sdk.UpdateUserPoolDomainCommandOutput>
  UpdateUserPoolReplica: Op<sdk.UpdateUserPoolReplicaCommandInput, sdk.UpdateUserPoolReplicaCommandOutput>
  VerifySoftwareToken: Op<sdk.VerifySoftwareTokenCommandInput, sdk.VerifySoftwareTokenCommandOutput>
  VerifyUserAttribute: Op<sdk.VerifyUserAttributeCommandInput, sdk.VerifyUserAttributeCommandOutput>
}
